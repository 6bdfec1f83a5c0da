package import Foundation

/// Writes pickles and the zip files of `torch.save` opcode by opcode: honest ones, and those that
/// lie.
package enum PickleBytes {
  package typealias Bytes = [UInt8]

  package static func text(_ text: String) -> Bytes {
    Array("X".utf8) + little(UInt32(text.utf8.count)) + Array(text.utf8)
  }

  package static func int(_ value: Int) -> Bytes {
    [0x8a, 8] + little(UInt64(bitPattern: Int64(value)))
  }

  package static func list(_ items: Bytes...) -> Bytes {
    Array("](".utf8) + items.joined() + Array("e".utf8)
  }

  package static func tuple(_ items: [Bytes]) -> Bytes {
    Array("(".utf8) + items.joined() + Array("t".utf8)
  }

  package static func dict(_ pairs: KeyValuePairs<String, Bytes>) -> Bytes {
    Array("}(".utf8) + pairs.flatMap { text($0.key) + $0.value } + Array("u".utf8)
  }

  package static func global(_ module: String, _ name: String) -> Bytes {
    Array("c\(module)\n\(name)\n".utf8)
  }

  /// What `callee` gives for a tuple of arguments.
  package static func call(_ callee: Bytes, _ arguments: Bytes...) -> Bytes {
    callee + tuple(arguments) + Array("R".utf8)
  }

  /// Keeps the value just written under a number, and asks for it again.
  package static func keep(_ index: UInt32) -> Bytes { Array("r".utf8) + little(index) }
  package static func recall(_ index: UInt32) -> Bytes { Array("j".utf8) + little(index) }

  /// A tensor on storage `key` of `count` elements.
  package static func tensor(
    _ shape: [Int] = [2], strides: [Int]? = nil, offset: Int = 0, key: String = "0",
    count: Int = 4, type: String = "FloatStorage"
  ) -> Bytes {
    var steps: [Int] = []
    for size in shape.reversed() {
      steps.insert((steps.first ?? 1) &* (steps.isEmpty ? 1 : size), at: 0)
    }
    let storage =
      tuple([text("storage"), global("torch", type), text(key), text("cpu"), int(count)])
      + Array("Q".utf8)
    return call(
      global("torch._utils", "_rebuild_tensor_v2"), storage, int(offset), tuple(shape.map(int)),
      tuple((strides ?? steps).map(int)), [0x89], call(global("collections", "OrderedDict")))
  }

  /// A file with a pickle of `root`, and storage `0` of 16 bytes.
  package static func file(_ root: Bytes, storage: Data = Data(0..<16)) -> Data {
    storedZip([
      ("archive/data.pkl", Data([0x80, 2] + root + Array(".".utf8))),
      ("archive/byteorder", Data("little".utf8)), ("archive/data/0", storage),
    ])
  }

  /// A zip file of uncompressed entries; as zip64, every number that can be is 64 bits long.
  package static func storedZip(_ entries: [(name: String, bytes: Data)], zip64: Bool = false)
    -> Data
  {
    var file = Data()
    var directory = Data()
    for (name, bytes) in entries {
      let offset = file.count
      let length = little(UInt16(name.utf8.count))
      file += Array("PK\u{3}\u{4}".utf8) + Bytes(repeating: 0, count: 14)
      file += little(UInt32(bytes.count)) + little(UInt32(bytes.count)) + length + [0, 0]
      file += Array(name.utf8)
      file += bytes

      let sizes = [bytes.count, bytes.count, offset]
      let extra: Bytes = zip64 ? [1, 0, 24, 0] + sizes.flatMap { little(UInt64($0)) } : []
      let short: Bytes = sizes.flatMap { little(zip64 ? UInt32.max : UInt32($0)) }
      directory += Array("PK\u{1}\u{2}".utf8) + Bytes(repeating: 0, count: 16) + short.prefix(8)
      directory += length + little(UInt16(extra.count)) + Bytes(repeating: 0, count: 10)
      directory += short.suffix(4) + Array(name.utf8) + extra
    }
    let start = file.count
    file += directory
    let record = file.count
    if zip64 {
      file += Array("PK\u{6}\u{6}".utf8) + little(UInt64(44)) + Bytes(repeating: 0, count: 12)
      for number in [entries.count, entries.count, directory.count, start] {
        file += little(UInt64(number))
      }
      file += Array("PK\u{6}\u{7}".utf8) + Bytes(repeating: 0, count: 4)
      file += little(UInt64(record)) + little(UInt32(1))
    }
    let count = little(zip64 ? UInt16.max : UInt16(entries.count))
    file += Array("PK\u{5}\u{6}".utf8) + Bytes(repeating: 0, count: 4) + count + count
    file += little(zip64 ? UInt32.max : UInt32(directory.count))
    file += little(zip64 ? UInt32.max : UInt32(start)) + [0, 0]
    return file
  }

  package static func little(_ number: some FixedWidthInteger) -> Bytes {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }
}
