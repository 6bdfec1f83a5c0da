import Foundation
import TestSupport
import Testing

@testable import Torch

@Suite("State dictionaries as .pth files")
final class StateDictFileTests {
  private let folder: URL
  private var url: URL { folder.appending(path: "weights.pth") }

  init() throws { folder = try Fixtures.temporaryFolder() }

  deinit { try? FileManager.default.removeItem(at: folder) }

  @Test("the checksum is that of the standard's example")
  func checksum() {
    #expect(ZipWriter.crc32(Array("123456789".utf8)) == 0xCBF4_3926)
    #expect(ZipWriter.crc32([]) == 0)
  }

  @Test("entries are stored under their checksum, begin at multiples of 64, and hold the tensors")
  func entries() throws {
    let matrix = RandomStream(seed: 1).normal([2, 3])
    let tensors = [("a.weight", matrix.transposed()), ("count", Tensor.full([], 7, dtype: .int64))]
    try StateDictFile(tensors).write(to: url)
    let entries = try directory(of: Data(contentsOf: url))
    #expect(
      entries.map(\.name) == [
        "archive/data.pkl", "archive/byteorder", "archive/data/0", "archive/data/1",
        "archive/version",
      ])
    for entry in entries {
      #expect(entry.start % 64 == 0, "\(entry.name)")
      #expect(entry.checksum == ZipWriter.crc32(entry.bytes), "\(entry.name)")
    }
    #expect(entries[0].bytes == StateDictFile(tensors).pickle)
    #expect(entries[2].bytes == matrix.transposed().bytes)
    #expect(entries[3].bytes == [7, 0, 0, 0, 0, 0, 0, 0])
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["weights.pth"])
  }

  /// The opcodes are written out by hand; that torch.load takes them is for `make interop`.
  @Test("the pickle is an ordered dictionary of tensors over storages")
  func pickle() {
    let pickle = StateDictFile([("é", Tensor.zeros([300, 2, 1], dtype: .bfloat16))]).pickle
    let empty = "ccollections\nOrderedDict\n)R"
    let expected: [UInt8] =
      [0x80, 2] + Array("\(empty)(X".utf8) + [2, 0, 0, 0] + Array("é".utf8)
      + Array("ctorch._utils\n_rebuild_tensor_v2\n((X".utf8) + [7, 0, 0, 0]
      + Array("storagectorch\nBFloat16Storage\nX".utf8) + [1, 0, 0, 0] + Array("0X".utf8)
      + [3, 0, 0, 0] + Array("cpuJ".utf8) + [0x58, 2, 0, 0] + Array("tQK".utf8) + [0]
      + Array("(J".utf8) + [0x2C, 1, 0, 0] + Array("K".utf8) + [2] + Array("K".utf8) + [1]
      + Array("t(K".utf8) + [2] + Array("K".utf8) + [1] + Array("K".utf8) + [1] + Array("t".utf8)
      + [0x89] + Array("\(empty)tRu.".utf8)
    #expect(pickle == expected)
  }

  @Test("whole numbers of every size are written")
  func numbers() {
    var pickle = PickleWriter()
    for number in [255, -1, 1 << 40] { pickle.add(number) }
    #expect(
      pickle.bytes == [
        0x80, 2, 0x4B, 255, 0x4A, 255, 255, 255, 255, 0x8A, 8, 0, 0, 0, 0, 0, 1, 0, 0,
      ])
  }

  @Test("a failed write names the file and leaves nothing")
  func failedWrite() throws {
    let absent = folder.appending(path: "absent/weights.pth")
    let error = #expect(throws: TorchError.self) { try StateDictFile([]).write(to: absent) }
    #expect(error?.description.contains(absent.path) == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  private struct Entry {
    var name: String
    var checksum: UInt32
    var start: Int
    var bytes: [UInt8]
  }

  /// The entries that the archive's directory lists.
  private func directory(of data: Data) throws -> [Entry] {
    let bytes = Array(data)
    func number(_ at: Int, _ count: Int) -> Int {
      bytes[at..<at + count].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
    let end = bytes.count - 22
    try #require(number(end, 4) == 0x0605_4b50)
    var position = number(end + 16, 4)
    return try (0..<number(end + 10, 2)).map { _ in
      try #require(number(position, 4) == 0x0201_4b50 && number(position + 10, 2) == 0)
      let (length, local) = (number(position + 28, 2), number(position + 42, 4))
      let name = String(decoding: bytes[position + 46..<position + 46 + length], as: UTF8.self)
      try #require(number(local, 4) == 0x0403_4b50)
      let start = local + 30 + number(local + 26, 2) + number(local + 28, 2)
      let entry = Entry(
        name: name, checksum: UInt32(number(position + 16, 4)), start: start,
        bytes: Array(bytes[start..<start + number(position + 24, 4)]))
      position += 46 + length
      return entry
    }
  }
}
