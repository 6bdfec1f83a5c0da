import Foundation
import TestSupport
import Testing
import Torch

@Suite("Zip files of torch.save")
struct ZipTests {
  private static let pickle = Data(
    [0x80, 2] + PickleBytes.dict(["a": PickleBytes.tensor()]) + Array(".".utf8))

  private static let entries: [(name: String, bytes: Data)] = [
    ("archive/data.pkl", pickle), ("archive/data/0", Data(0..<16)),
  ]

  private static func read(_ data: Data) throws -> WeightsFile {
    try WeightsFile(data: data, name: "weights.pth")
  }

  @Test("zip and zip64 are read, whatever the folder in them is called", arguments: [false, true])
  func honest(zip64: Bool) throws {
    for folder in ["archive", "", "a/b", "..", "../../ü"] {
      let entries = ZipTests.entries.map {
        (name: $0.name.replacing("archive", with: folder), bytes: $0.bytes)
      }
      #expect(try ZipTests.read(PickleBytes.storedZip(entries, zip64: zip64)).tensors.count == 1)
    }
  }

  @Test("a zip file without a whole state dict is refused")
  func others() {
    for (entries, part) in [
      ([], "neither"), ([ZipTests.entries[1]], "lacks its data.pkl"),
      (ZipTests.entries + [("b/data.pkl", ZipTests.pickle)], "lacks its data.pkl"),
      (ZipTests.entries + [("archive/byteorder", Data("big".utf8))], "little-endian"),
      ([ZipTests.entries[0]], "lacks its storage 0"),
      (ZipTests.entries + [ZipTests.entries[1]], "two entries have the name"),
    ] as [([(name: String, bytes: Data)], String)] {
      let error = #expect(throws: TorchError.self) {
        try ZipTests.read(PickleBytes.storedZip(entries))
      }
      #expect(error?.description.contains(part) == true, "\(part)")
    }
  }

  /// Numbers of the first directory entry (`PK 1 2`), of its zip64 field, of the first local header
  /// and of the records at the end, by their distance from the record's start.
  static let lies: [(what: String, record: String, offset: Int, bytes: [UInt8], message: String)] =
    [
      ("encrypted", "PK\u{1}\u{2}", 8, [1], "encrypted"),
      ("compressed", "PK\u{1}\u{2}", 10, [8], "TorchScript"),
      ("packed", "PK\u{1}\u{2}", 20, [1, 0, 0, 0], "compressed"),
      ("longer", "PK\u{1}\u{2}", 20, [0xff, 0, 0, 0x10, 0xff, 0, 0, 0x10], "too early"),
      ("longer name", "PK\u{1}\u{2}", 28, [0xff, 0xff], "too early"),
      ("longer extra", "PK\u{1}\u{2}", 30, [0xff, 0xff], "too early"),
      ("longer comment", "PK\u{1}\u{2}", 32, [0xff, 0xff], "too early"),
      ("zip64 without its field", "PK\u{1}\u{2}", 42, [255, 255, 255, 255], "outside"),
      ("elsewhere", "PK\u{1}\u{2}", 42, [1, 0, 0, 0], "not where"),
      ("no entry", "PK\u{1}\u{2}", 0, [0], "is not one"),
      ("another name", "PK\u{3}\u{4}", 30, [0], "another name"),
      ("a longer local name", "PK\u{3}\u{4}", 26, [0xff, 0xff], "too early"),
      ("a longer local extra", "PK\u{3}\u{4}", 28, [0xff, 0xff], "too early"),
      ("fewer entries", "PK\u{5}\u{6}", 10, [1], "longer than its entries"),
      ("more entries", "PK\u{5}\u{6}", 10, [3], "too early"),
      ("a longer directory", "PK\u{5}\u{6}", 12, [0xff, 0xff, 0xff, 0x7f], "outside"),
      ("a directory behind the end", "PK\u{5}\u{6}", 16, [0xff, 0xff, 0xff, 0x7f], "outside"),
      ("a comment that is absent", "PK\u{5}\u{6}", 0, [0], "not at its end"),
    ]

  @Test("a zip file that lies is refused", arguments: lies.map(\.what))
  func lie(_ what: String) throws {
    let lie = try #require(ZipTests.lies.first { $0.what == what })
    let data = try patched(
      PickleBytes.storedZip(ZipTests.entries), lie.record, lie.offset, lie.bytes)
    let error = #expect(throws: TorchError.self) { try ZipTests.read(data) }
    #expect(error?.description.contains(lie.message) == true)
  }

  @Test("64-bit numbers that lie are refused")
  func zip64() throws {
    let honest = PickleBytes.storedZip(ZipTests.entries, zip64: true)
    let field = 46 + "archive/data.pkl".utf8.count + 4
    for (record, offset) in [
      ("PK\u{1}\u{2}", field), ("PK\u{1}\u{2}", field + 8), ("PK\u{1}\u{2}", field + 16),
      ("PK\u{6}\u{6}", 32), ("PK\u{6}\u{6}", 40), ("PK\u{6}\u{6}", 48), ("PK\u{6}\u{7}", 8),
    ] {
      for number in [UInt64.max, 1 << 63, UInt64(Int.max), 1 << 32, UInt64(honest.count)] {
        let data = try patched(honest, record, offset, PickleBytes.little(number))
        #expect(throws: TorchError.self) { try ZipTests.read(data) }
      }
    }
  }

  @Test("entries that overlap are refused")
  func overlap() throws {
    // The first entry swallows the second, which is whole in itself.
    var data = PickleBytes.storedZip(ZipTests.entries)
    let length = ZipTests.pickle.count + 30 + "archive/data/0".utf8.count + 16
    let size = PickleBytes.little(UInt32(length))
    data = try patched(data, "PK\u{1}\u{2}", 20, size + size)
    let error = #expect(throws: TorchError.self) { try ZipTests.read(data) }
    #expect(error?.description.contains("overlap") == true)
  }

  private func patched(
    _ data: Data, _ record: String, _ offset: Int, _ bytes: [UInt8]
  ) throws -> Data {
    let start = try #require(data.firstRange(of: Data(record.utf8))).lowerBound + offset
    var data = data
    data.replaceSubrange(start..<start + bytes.count, with: bytes)
    return data
  }
}
