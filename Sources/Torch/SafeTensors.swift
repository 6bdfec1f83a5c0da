public import Foundation

/// Named tensors in a file that holds nothing but numbers, as read by every library of the field.
///
/// Format: 8 bytes with the header's length (little-endian), a JSON header with type, shape and
/// byte range of each tensor, then the bytes.
public struct SafeTensors {
  /// Tensors with their names, in the order of the file.
  public var tensors: [(name: String, tensor: Tensor)]
  /// Free text beside the tensors.
  public var metadata: [String: String]

  /// Tensors and notes to be written.
  public init(_ tensors: [(name: String, tensor: Tensor)], metadata: [String: String] = [:]) {
    self.tensors = tensors
    self.metadata = metadata
  }

  /// The tensors by name.
  public var byName: [String: Tensor] {
    Dictionary(tensors.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
  }
}

private let dtypeNames: [(DType, String)] = [
  (.uint8, "U8"), (.int32, "I32"), (.int64, "I64"), (.float16, "F16"), (.float32, "F32"),
  (.float64, "F64"), (.bool, "BOOL"), (.bfloat16, "BF16"),
]

/// One tensor's line of the header.
private struct Entry: Codable {
  var dtype: String
  var shape: [Int]
  var data_offsets: [Int]

  var start: Int { data_offsets.first ?? 0 }
  var end: Int { data_offsets.last ?? 0 }
}

/// The header: entries by tensor name, and `__metadata__`.
private struct Header: Codable {
  var entries: [String: Entry] = [:]
  var metadata: [String: String]?

  struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init() {}

  /// Keys that were decoded.
  var keyCount: Int { entries.count + (metadata == nil ? 0 : 1) }

  /// Keys that the JSON text has at its top level, those given twice counted twice.
  static func keys(in json: Data) -> Int {
    var (depth, colons, inString, escaped) = (0, 0, false, false)
    for byte in json {
      switch byte {
      case _ where escaped: escaped = false
      case UInt8(ascii: "\\") where inString: escaped = true
      case UInt8(ascii: "\""): inString.toggle()
      case _ where inString: break
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      case UInt8(ascii: ":") where depth == 1: colons += 1
      default: break
      }
    }
    return colons
  }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    for key in container.allKeys {
      if key.stringValue == "__metadata__" {
        metadata = try container.decode([String: String].self, forKey: key)
      } else {
        entries[key.stringValue] = try container.decode(Entry.self, forKey: key)
      }
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for (name, entry) in entries { try container.encode(entry, forKey: Key(stringValue: name)) }
    if let metadata, !metadata.isEmpty {
      try container.encode(metadata, forKey: Key(stringValue: "__metadata__"))
    }
  }
}

// MARK: - Reading

extension SafeTensors {
  /// Reads a file. Nothing in it is run or trusted: every length and range is checked.
  /// - Throws: ``TorchError/file(_:)`` naming the file and what is wrong with it.
  public init(contentsOf url: URL) throws(TorchError) {
    try self.init(data: .mapped(url), name: url.path)
  }

  /// Reads the bytes of a file; `name` is what messages call it.
  /// - Throws: ``TorchError/file(_:)`` naming the file and what is wrong with it.
  public init(data: Data, name file: String) throws(TorchError) {
    func fail(_ what: String) -> TorchError {
      .file("\(file): \(what). Is it a .safetensors file, wholly copied?")
    }
    let data = data.countedFromZero
    guard data.count >= 8 else { throw fail("\(data.count) bytes is too short") }
    let length = data.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(min(data.count - 8, 100 << 20)) else {
      throw fail("a header of \(length) bytes does not fit a file of \(data.count)")
    }
    let start = 8 + Int(length)
    guard let header = try? JSONDecoder().decode(Header.self, from: data[8..<start]) else {
      throw fail("its header is not the JSON of safetensors")
    }
    guard Header.keys(in: data[8..<start]) == header.keyCount else {
      throw fail("its header names a tensor twice")
    }
    let body = data.count - start
    let inOrder = header.entries.sorted {
      let (a, b) = ($0.value, $1.value)
      return (a.start, a.end, $0.key) < (b.start, b.end, $1.key)
    }
    var next = 0
    tensors = []
    metadata = header.metadata ?? [:]
    for (name, entry) in inOrder {
      guard let dtype = dtypeNames.first(where: { $0.1 == entry.dtype })?.0 else {
        throw fail("tensor '\(name)' has type '\(entry.dtype)', which Glean does not read")
      }
      guard let bytes = dtype.byteCount(of: entry.shape) else {
        throw fail("tensor '\(name)' has a shape that no memory holds")
      }
      guard entry.data_offsets.count == 2, entry.data_offsets[0] == next, bytes <= body - next,
        entry.data_offsets[1] == next + bytes
      else {
        throw fail(
          "tensor '\(name)' is said to lie at \(entry.data_offsets); "
            + "expected \(bytes) bytes at \(next) of \(body)")
      }
      let tensor = data[(start + next)..<(start + next + bytes)].withUnsafeBytes {
        Tensor(bytes: $0, shape: entry.shape, dtype: dtype)
      }
      tensors.append((name, tensor))
      next += bytes
    }
    guard next == body else { throw fail("\(body - next) bytes at its end belong to no tensor") }
  }
}

// MARK: - Writing

extension SafeTensors {
  /// Writes the file under a temporary name and renames it, so that a killed process or a full disk
  /// leaves the old file whole. Traps if two tensors have one name.
  /// - Throws: ``TorchError/file(_:)`` naming the file.
  public func write(to url: URL) throws(TorchError) {
    var header = Header()
    header.metadata = metadata
    var offset = 0
    for (name, tensor) in tensors {
      let end = offset + tensor.count * tensor.dtype.byteCount
      let dtype = dtypeNames.first { $0.0 == tensor.dtype }?.1 ?? "F32"
      header.entries[name] = Entry(dtype: dtype, shape: tensor.shape, data_offsets: [offset, end])
      offset = end
    }
    precondition(
      header.entries.count == tensors.count, "SafeTensors.write: two tensors have one name")
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try writeAtomically(to: url) { file in
      var json = try encoder.encode(header)
      json.append(contentsOf: [UInt8](repeating: 0x20, count: (8 - json.count % 8) % 8))
      try file.write(contentsOf: withUnsafeBytes(of: UInt64(json.count).littleEndian) { Data($0) })
      try file.write(contentsOf: json)
      for (_, tensor) in tensors { try file.write(contentsOf: Data(tensor.bytes)) }
    }
  }
}
