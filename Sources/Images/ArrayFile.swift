import Foundation
import Torch

/// Named numpy arrays of one `.npz` file, or of the `.npy` files of a folder.
struct ArrayFile {
  struct Array: Sendable {
    /// As the file spells it, without `.npy`.
    var name: String
    var bytes: PackedBytes
    var header: NumpyHeader
  }

  /// What was given.
  let path: String
  /// Sorted by name.
  private(set) var arrays: [Array] = []
  /// Names of those that cannot be read, and why; it matters only where they are needed.
  private(set) var refused: [String: String] = [:]
  /// Size and time of the last change of what was given: of the newest file.
  private(set) var stamp: (bytes: Int, modified: Int)

  /// The arrays of a `.npz` file.
  init(npz path: String) throws(ImageError) {
    self.path = path
    let data = try Self.contents(path)
    stamp = try Self.stamp(path)
    do throws(Malformed) {
      let zip = try ZipArchive(data, allowsDeflate: true)
      for (name, range) in zip.entries where name.hasSuffix(".npy") {
        add(name, PackedBytes(file: path, range: range, size: UInt64(range.count)), data)
      }
      for (name, entry) in zip.deflated where name.hasSuffix(".npy") {
        add(
          name,
          PackedBytes(file: path, range: entry.range, packing: .deflate, size: entry.size), data)
      }
    } catch {
      throw .arrays(path: path, problem: error.reason)
    }
    arrays.sort { $0.name < $1.name }
  }

  /// The `.npy` files of a folder.
  init(folder: String) throws(ImageError) {
    path = folder
    stamp = (0, 0)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names.sorted() where FolderWalk.fileExtension(of: name) == "npy" {
      let file = "\(folder)/\(name)"
      let data = try Self.contents(file)
      let (bytes, modified) = try Self.stamp(file)
      stamp = (stamp.bytes + bytes, max(stamp.modified, modified))
      add(name, PackedBytes(file: file, range: 0..<data.count, size: UInt64(data.count)), data)
    }
  }

  private mutating func add(_ file: String, _ bytes: PackedBytes, _ data: Data) {
    let name = String(file.dropLast(".npy".count))
    guard bytes.isCredible else {
      refused[name] = "it is said to have \(bytes.size) bytes, more than its data can hold"
      return
    }
    do {
      let start = bytes.prefix(NumpyHeader.maxLength, in: data)
      let header = try NumpyHeader(start, total: bytes.size)
      arrays.append(Array(name: name, bytes: bytes, header: header))
    } catch {
      refused[name] = error.reason
    }
  }

  private static func contents(_ path: String) throws(ImageError) -> Data {
    do {
      return try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe)
    } catch {
      throw .cannotRead(path: path, reason: (error as NSError).localizedDescription)
    }
  }

  private static func stamp(_ path: String) throws(ImageError) -> (bytes: Int, modified: Int) {
    guard let status = FolderWalk.status(path) else {
      throw .cannotRead(path: path, reason: FolderWalk.reason(errno))
    }
    return (Int(status.st_size), FolderWalk.modified(status))
  }

  /// The first of the names, upper and lower case alike, that an array has.
  func array(_ names: [String]) throws(ImageError) -> Array? {
    for name in names {
      if let array = arrays.first(where: { $0.name.lowercased() == name }) { return array }
      if let bad = refused.first(where: { $0.key.lowercased() == name }) {
        throw .arrays(path: path, problem: "\(bad.key): \(bad.value)")
      }
    }
    return nil
  }

  /// The numbers of an array of whole numbers, truth values or floating-point numbers.
  func numbers(_ array: Array) throws(ImageError) -> [Double] {
    let header = array.header
    guard let read = Self.reader(header) else {
      throw .arrays(
        path: path,
        problem:
          "\(array.name): its numbers are \(header.type), expected whole numbers, truth values, "
          + "float32 or float64")
    }
    let data = try Self.contents(array.bytes.file)
    guard let total = Int(exactly: array.bytes.size) else { return [] }
    let bytes = array.bytes.prefix(total, in: data)
    guard bytes.count == total else {
      throw .arrays(
        path: path,
        problem: "\(array.name): its compressed data is damaged or cut off; copy the file again")
    }
    return bytes.withUnsafeBytes { bytes in
      (0..<header.count).map { read(bytes, header.offset + $0 * header.itemSize) }
    }
  }

  private typealias Reader = (UnsafeRawBufferPointer, Int) -> Double

  private static func reader(_ header: NumpyHeader) -> Reader? {
    func whole<Number: FixedWidthInteger & BitwiseCopyable>(_ type: Number.Type) -> Reader {
      let isBig = header.isBigEndian
      return { bytes, offset in
        let raw = bytes.loadUnaligned(fromByteOffset: offset, as: type)
        return Double(isBig ? Number(bigEndian: raw) : Number(littleEndian: raw))
      }
    }
    func bits<Number: FixedWidthInteger & BitwiseCopyable>(
      _ type: Number.Type, _ value: @escaping (Number) -> Double
    ) -> Reader {
      let isBig = header.isBigEndian
      return { bytes, offset in
        let raw = bytes.loadUnaligned(fromByteOffset: offset, as: type)
        return value(isBig ? Number(bigEndian: raw) : Number(littleEndian: raw))
      }
    }
    switch header.type {
    case "b1": return { bytes, offset in bytes[offset] == 0 ? 0 : 1 }
    case "u1": return whole(UInt8.self)
    case "u2": return whole(UInt16.self)
    case "u4": return whole(UInt32.self)
    case "u8": return whole(UInt64.self)
    case "i1": return whole(Int8.self)
    case "i2": return whole(Int16.self)
    case "i4": return whole(Int32.self)
    case "i8": return whole(Int64.self)
    case "f4": return bits(UInt32.self) { Double(Float(bitPattern: $0)) }
    case "f8": return bits(UInt64.self) { Double(bitPattern: $0) }
    default: return nil
    }
  }
}
