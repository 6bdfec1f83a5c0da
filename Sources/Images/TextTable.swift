import Foundation

/// A table of text read from a file: named columns, rows of as many fields.
struct TextTable {
  struct Row {
    /// The row's first line in the file, from 1.
    var line: Int
    var fields: [String]
  }

  /// The file.
  let path: String
  /// Without spaces around them, as the file spells them.
  var columns: [String] = []
  var rows: [Row] = []

  /// The endings of files that are read as tables.
  static let extensions = ["csv", "tsv", "jsonl"]

  /// Reads a `.csv` (RFC 4180; fields separated by commas), `.tsv` (by tabs) or `.jsonl` file (an
  /// object a line), in UTF-8 with or without a byte order mark, lines ending in LF, CRLF or CR.
  init(_ path: String) throws(ImageError) {
    self.path = path
    var bytes: [UInt8]
    do {
      bytes = [UInt8](try Data(contentsOf: URL(filePath: path)))
    } catch {
      throw .cannotRead(path: path, reason: (error as NSError).localizedDescription)
    }
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    guard String(validating: bytes, as: UTF8.self) != nil else {
      throw Self.notUTF8(bytes, path)
    }
    switch FolderWalk.fileExtension(of: path) {
    case "jsonl": try readObjects(bytes)
    case "tsv": try read(bytes, separator: UInt8(ascii: "\t"))
    default: try read(bytes, separator: UInt8(ascii: ","))
    }
    guard !rows.isEmpty else {
      throw problem("it lists nothing. Write a line for each image, below the names of the columns")
    }
  }

  /// An error at a place of the table; `problem` is what was found and what helps.
  func problem(_ problem: String, line: Int? = nil, field: String? = nil) -> ImageError {
    .table(path: path, line: line, field: field, problem: problem)
  }

  private static func notUTF8(_ bytes: [UInt8], _ path: String) -> ImageError {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let bad = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil }
    return .table(
      path: path, line: bad.map { $0 + 1 }, field: nil,
      problem: "its text is not UTF-8. Save the file as UTF-8 (in a spreadsheet: 'CSV UTF-8')")
  }

  // MARK: Separated fields

  private mutating func read(_ bytes: [UInt8], separator: UInt8) throws(ImageError) {
    var reader = FieldReader(bytes: bytes, separator: separator)
    var row: Row?
    while let field = try reader.next(self) {
      if row == nil { row = Row(line: field.line, fields: []) }
      row?.fields.append(field.text)
      if row?.fields.count == 1 { row?.fields.reserveCapacity(columns.count) }
      guard field.endsRow, let complete = row else { continue }
      row = nil
      if complete.fields == [""] { continue }  // an empty line
      if columns.isEmpty {
        columns = complete.fields.map { $0.trimmed }
        let repeated = Dictionary(grouping: columns.filter { !$0.isEmpty }) { $0 }
          .first { $0.value.count > 1 }
        if let repeated {
          throw problem(
            "two columns are named '\(repeated.key)'. Rename one", line: complete.line)
        }
      } else if complete.fields.count != columns.count {
        throw problem(
          "it has \(complete.fields.count) fields, the first line names \(columns.count) columns. "
            + "Put fields that hold a separator in quotes", line: complete.line)
      } else {
        rows.append(complete)
      }
    }
  }

  // MARK: Objects

  private mutating func readObjects(_ bytes: [UInt8]) throws(ImageError) {
    var numbers: [String: Int] = [:]
    var found: [(line: Int, fields: [(column: Int, text: String)])] = []
    var line = 1
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
      defer { (start, line) = (end + 1, line + 1) }
      if bytes[start..<end].allSatisfy({ $0 <= 0x20 }) { continue }
      guard let fields = JSONLine.fields(bytes[start..<end]) else {
        throw problem(
          "it is no JSON object of texts, numbers and lists of them. Write one object, such as "
            + "{\"path\": \"a.png\", \"label\": \"cat\"}, in each line", line: line)
      }
      let row = fields.map { field -> (column: Int, text: String) in
        if let known = numbers[field.name] { return (known, field.text) }
        numbers[field.name] = numbers.count
        return (numbers.count - 1, field.text)
      }
      found.append((line, row))
    }
    columns = numbers.keys.sorted()
    var places = [Int](repeating: 0, count: columns.count)
    for (place, name) in columns.enumerated() { places[numbers[name] ?? 0] = place }
    rows = found.map { line, fields in
      var texts = [String](repeating: "", count: places.count)
      for field in fields { texts[places[field.column]] = field.text }
      return Row(line: line, fields: texts)
    }
  }
}

/// Takes separated fields off bytes, in order.
private struct FieldReader {
  struct Field {
    var text: String
    var line: Int
    var endsRow: Bool
  }

  let bytes: [UInt8]
  let separator: UInt8
  private var position = 0
  private var line = 1
  /// Whether a separator was the last thing taken: then a field follows, if only an empty one.
  private var expectsField = false

  init(bytes: [UInt8], separator: UInt8) {
    (self.bytes, self.separator) = (bytes, separator)
  }

  mutating func next(_ table: TextTable) throws(ImageError) -> Field? {
    guard position < bytes.count || expectsField else { return nil }
    let start = line
    let text =
      position < bytes.count && bytes[position] == UInt8(ascii: "\"")
      ? try quoted(table) : plain()
    return Field(text: text, line: start, endsRow: endField())
  }

  private func isEnd(_ byte: UInt8) -> Bool {
    byte == separator || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
  }

  private mutating func plain() -> String {
    let start = position
    while position < bytes.count && !isEnd(bytes[position]) { position += 1 }
    return String(decoding: bytes[start..<position], as: UTF8.self)
  }

  private mutating func quoted(_ table: TextTable) throws(ImageError) -> String {
    let first = line
    var content: [UInt8] = []
    position += 1
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      if byte != UInt8(ascii: "\"") {
        if byte == UInt8(ascii: "\n") { line += 1 }
        content.append(byte)
      } else if position < bytes.count && bytes[position] == byte {
        content.append(byte)
        position += 1
      } else if position == bytes.count || isEnd(bytes[position]) {
        return String(decoding: content, as: UTF8.self)
      } else {
        throw table.problem(
          "text follows a closing quote. Double the quotes within a quoted field", line: line)
      }
    }
    throw table.problem("a quote that is opened here is never closed. Close it", line: first)
  }

  /// Passes over what ends a field; whether it ends the row too.
  private mutating func endField() -> Bool {
    expectsField = position < bytes.count && bytes[position] == separator
    if expectsField {
      position += 1
      return false
    }
    if position + 1 < bytes.count && bytes[position] == UInt8(ascii: "\r")
      && bytes[position + 1] == UInt8(ascii: "\n")
    {
      position += 1
    }
    position += 1
    line += 1
    return true
  }
}

extension String {
  /// Without spaces around it; most fields have none, and looking first costs least.
  var trimmed: String {
    let space = UInt8(ascii: " ")
    guard let first = utf8.first, let last = utf8.last,
      first <= space || last <= space || first >= 0x80 || last >= 0x80
    else { return self }
    return trimmingCharacters(in: .whitespaces)
  }
}
