import Foundation
import Torch

/// What a `.npy` file says before its numbers. Format: NEP 1, versions 1 to 3.
struct NumpyHeader: Equatable {
  /// numpy's letter for the kind of number: `u`, `i`, `f`, `b`, or one that Glean does not read.
  let kind: Character
  /// Bytes of a number.
  let itemSize: Int
  let isBigEndian: Bool
  let shape: [Int]
  /// Where the numbers begin.
  let offset: Int
  /// How many numbers there are.
  let count: Int

  /// More bytes than a header has, so that a prefix of this length holds it.
  static let maxLength = 65_536

  /// How numpy names the type, such as `u1`.
  var type: String { "\(kind)\(itemSize)" }

  /// Reads the header at the start of `bytes`, of a file of `total` bytes.
  /// - Throws: ``Malformed`` where it is no such header, its numbers are not in C order, or its sizes
  ///   do not fit the file.
  init(_ bytes: [UInt8], total: UInt64) throws(Malformed) {
    guard bytes.count >= 12, bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw Malformed("it is no .npy array")
    }
    guard (1...3).contains(bytes[6]) else {
      throw Malformed("it is of .npy version \(bytes[6]), versions 1 to 3 are read")
    }
    let lengthBytes = bytes[6] == 1 ? 2 : 4
    let length = (0..<lengthBytes).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
    offset = 8 + lengthBytes + length
    guard offset <= min(bytes.count, Self.maxLength),
      let text = String(validating: bytes[(8 + lengthBytes)..<offset], as: UTF8.self)
    else { throw Malformed("its header is cut off or no text") }

    func value(_ key: String) -> Substring? {
      guard let colon = text.firstRange(of: "'\(key)':") else { return nil }
      return text[colon.upperBound...].drop { $0 == " " }
    }
    guard let descr = value("descr"), let order = value("fortran_order"),
      let sizes = value("shape"), sizes.first == "(", let end = sizes.firstIndex(of: ")")
    else { throw Malformed("its header lacks descr, fortran_order or shape") }

    let name = descr.dropFirst().prefix { $0 != "'" }
    guard descr.first == "'", name.count >= 3, let byteOrder = name.first,
      let itemSize = Int(name.dropFirst(2)), itemSize > 0
    else { throw Malformed("its numbers are of no simple type: \(descr.prefix(40))") }
    (kind, self.itemSize, isBigEndian) = (name.dropFirst().first ?? "?", itemSize, byteOrder == ">")
    guard order.hasPrefix("False") else {
      throw Malformed("it is in Fortran order; save numpy.ascontiguousarray(array)")
    }
    let numbers = sizes[sizes.index(after: sizes.startIndex)..<end].split(separator: ",")
      .map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    shape = numbers.compactMap { Int($0) }
    var bytes = (partialValue: itemSize, overflow: false)
    for size in shape where !bytes.overflow {
      bytes = bytes.partialValue.multipliedReportingOverflow(by: size)
    }
    guard shape.count == numbers.count, shape.allSatisfy({ $0 >= 0 }), !bytes.overflow,
      bytes.partialValue <= Int.max - Self.maxLength
    else { throw Malformed("its shape (\(numbers.joined(separator: ", "))) is not one") }
    count = bytes.partialValue / itemSize
    guard total == UInt64(bytes.partialValue + offset) else {
      throw Malformed(
        "its shape (\(numbers.joined(separator: ", "))) of \(kind)\(itemSize) takes "
          + "\(bytes.partialValue + offset) bytes, there are \(total); copy the file again")
    }
  }
}
