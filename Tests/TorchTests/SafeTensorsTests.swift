import Foundation
import TestSupport
import Testing
import Torch

@Suite("Safetensors")
final class SafeTensorsTests {
  private let folder: URL
  private var url: URL { folder.appending(path: "weights.safetensors") }

  init() throws { folder = try Fixtures.temporaryFolder() }

  deinit { try? FileManager.default.removeItem(at: folder) }

  @Test("every type, shape and note comes back as it was, in the order of the file")
  func roundTrip() throws {
    let values = RandomStream(seed: 1).normal([2, 3, 4]) * 50
    let types: [DType] = [.float32, .float64, .float16, .bfloat16, .uint8, .int32, .int64, .bool]
    var tensors = types.map { ("of.\($0)", values.abs().to($0)) }
    tensors.insert(("empty", Tensor.zeros([0, 5])), at: 3)
    tensors.append(("scalar", Tensor.full([], 7, dtype: .int64)))
    tensors.append(("a strided view", values.transposed()))
    tensors.append(("name with \"quotes\", {braces}: and ü", values))
    let notes = ["spec": #"{"a": [1, ":"]}"#, "é": "ü\n"]
    try SafeTensors(tensors, metadata: notes).write(to: url)

    let file = try SafeTensors(contentsOf: url)
    #expect(file.metadata == notes)
    #expect(file.tensors.map(\.name) == tensors.map(\.0))
    for (read, written) in zip(file.tensors, tensors) {
      #expect(read.tensor.dtype == written.1.dtype)
      #expect(read.tensor.shape == written.1.shape)
      #expect(read.tensor.bytes == written.1.bytes)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
  }

  @Test("a file without tensors or notes is a file")
  func nothing() throws {
    try SafeTensors([]).write(to: url)
    let file = try SafeTensors(contentsOf: url)
    #expect(file.tensors.isEmpty && file.metadata.isEmpty)
  }

  /// Headers that lie, over a body of 8 bytes.
  static let hostile: [(what: String, header: String)] = [
    ("no JSON", "tensors"), ("cut JSON", #"{"a": {"#), ("a list", "[]"), ("a number", "7"),
    ("deep nesting", String(repeating: "[", count: 100_000)),
    ("no fields", #"{"a": {}}"#),
    ("unknown type", entry(dtype: "F8_E4M3")), ("lower-case type", entry(dtype: "f32")),
    ("negative size", entry(shape: "[-2]")), ("both negative", entry(shape: "[-1, -2]")),
    ("fraction of a size", entry(shape: "[2.5]")), ("text as size", entry(shape: #"["2"]"#)),
    ("beyond 64 bits", entry(shape: "[99999999999999999999]")),
    ("overflowing product", entry(shape: "[4611686018427387904, 4]")),
    ("overflow to the true size", entry(shape: "[4611686018427387905, 2, 2]")),
    ("overflow behind a zero", entry(shape: "[0, 4611686018427387904, 4]", offsets: "[0, 0]")),
    ("10,000 dimensions", entry(shape: "[2\(String(repeating: ",1", count: 10_000))]")),
    ("shorter than its shape", entry(offsets: "[0, 4]")),
    ("longer than its shape", entry(shape: "[1]")),
    ("beyond the end", entry(shape: "[4]", offsets: "[0, 16]")),
    ("starting beyond the end", entry(offsets: "[800, 808]")),
    ("negative start", entry(offsets: "[-8, 0]")), ("reversed", entry(offsets: "[8, 0]")),
    ("one offset", entry(offsets: "[0]")), ("three offsets", entry(offsets: "[0, 8, 8]")),
    ("largest offsets", entry(offsets: "[9223372036854775800, 9223372036854775807]")),
    ("a hole before it", entry(shape: "[1]", offsets: "[4, 8]")),
    (
      "overlap",
      #"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}, "#
        + #""b": {"dtype": "F32", "shape": [1], "data_offsets": [4, 8]}}"#
    ),
    (
      "one name twice",
      #"{"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}, "#
        + #""a": {"dtype": "I64", "shape": [1], "data_offsets": [0, 8]}}"#
    ),
    ("notes that are no text", #"{"__metadata__": {"a": 1}}"#),
    ("no tensor for the body", "{}"),
  ]

  static func entry(
    dtype: String = "F32", shape: String = "[2]", offsets: String = "[0, 8]"
  ) -> String {
    #"{"a": {"dtype": "\#(dtype)", "shape": \#(shape), "data_offsets": \#(offsets)}}"#
  }

  @Test("a header that lies is refused", arguments: hostile.map(\.what))
  func hostileHeader(_ what: String) throws {
    let header = try #require(SafeTensorsTests.hostile.first { $0.what == what }).header
    try bytes(of: header).write(to: url)
    #expect(throws: TorchError.self) { try SafeTensors(contentsOf: url) }
  }

  @Test("the honest sister of those headers is read")
  func honest() throws {
    try bytes(of: SafeTensorsTests.entry()).write(to: url)
    #expect(try SafeTensors(contentsOf: url).tensors[0].tensor.shape == [2])
  }

  @Test("lengths that do not fit the file are refused, and so is any file cut short")
  func lengths() throws {
    for length in [UInt64.max, UInt64(Int.max), 1 << 40, 9] {
      try (withUnsafeBytes(of: length.littleEndian) { Data($0) } + Data("{}".utf8)).write(to: url)
      #expect(throws: TorchError.self) { try SafeTensors(contentsOf: url) }
    }
    let whole = bytes(of: SafeTensorsTests.entry())
    for count in 0..<whole.count {
      try whole.prefix(count).write(to: url)
      #expect(throws: TorchError.self) { try SafeTensors(contentsOf: url) }
    }
  }

  @Test("a file that is absent or a folder is named in the message")
  func unreadable() throws {
    for url in [folder.appending(path: "absent"), folder] {
      let error = #expect(throws: TorchError.self) { try SafeTensors(contentsOf: url) }
      #expect(error?.description.contains(url.path) == true)
    }
  }

  @Test("a failed write leaves nothing, and what was there stays whole")
  func failedWrite() throws {
    let file = SafeTensors([("a", Tensor.zeros([4]))])
    let absent = folder.appending(path: "absent/weights.safetensors")
    let error = #expect(throws: TorchError.self) { try file.write(to: absent) }
    #expect(error?.description.contains(absent.path) == true)

    // A folder of that name cannot be replaced: the write fails at its last step.
    let taken = folder.appending(path: "taken")
    try FileManager.default.createDirectory(
      at: taken.appending(path: "inside"), withIntermediateDirectories: true)
    #expect(throws: TorchError.self) { try file.write(to: taken) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["taken"])

    // Nothing can be written under the temporary name: the file before stays.
    try file.write(to: url)
    let before = try Data(contentsOf: url)
    let process = ProcessInfo.processInfo.processIdentifier
    try FileManager.default.createDirectory(
      at: url.appendingPathExtension("partial-\(process)"), withIntermediateDirectories: true)
    #expect(throws: TorchError.self) { try SafeTensors([]).write(to: url) }
    #expect(try Data(contentsOf: url) == before)
  }

  private func bytes(of header: String) -> Data {
    let length = UInt64(header.utf8.count).littleEndian
    return withUnsafeBytes(of: length) { Data($0) } + Data(header.utf8) + Data(count: 8)
  }
}
