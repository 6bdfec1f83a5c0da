/// An object of JSON (RFC 8259) that holds texts, numbers, true, false, null and lists of these: a
/// row of a table. It reads bytes once, which is many times faster than a decoder for any JSON.
struct JSONLine {
  private let bytes: ArraySlice<UInt8>
  private var position: Int

  /// Lists within lists go no deeper.
  private static let depth = 32

  /// Names and values, values as the text that a table would have: lists become texts separated by
  /// `|`, true and false 1 and 0, null nothing. Nil where the bytes are something else.
  static func fields(_ bytes: ArraySlice<UInt8>) -> [(name: String, text: String)]? {
    var line = JSONLine(bytes: bytes, position: bytes.startIndex)
    guard let fields = line.object() else { return nil }
    line.skipSpace()
    return line.position == bytes.endIndex ? fields : nil
  }

  private var next: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A {
      position += 1
    }
  }

  /// Passes over a byte, and spaces before it, if it is the next one.
  private mutating func take(_ byte: Character) -> Bool {
    skipSpace()
    guard next == byte.asciiValue else { return false }
    position += 1
    return true
  }

  private mutating func object() -> [(name: String, text: String)]? {
    guard take("{") else { return nil }
    var fields: [(name: String, text: String)] = []
    if take("}") { return fields }
    repeat {
      skipSpace()
      guard let name = string(), take(":"), let text = value(Self.depth) else { return nil }
      fields.append((name, text))
    } while take(",")
    return take("}") ? fields : nil
  }

  private mutating func value(_ depth: Int) -> String? {
    skipSpace()
    switch next {
    case UInt8(ascii: "\""): return string()
    case UInt8(ascii: "["): return depth > 0 ? list(depth - 1) : nil
    case UInt8(ascii: "t"): return word("true") ? "1" : nil
    case UInt8(ascii: "f"): return word("false") ? "0" : nil
    case UInt8(ascii: "n"): return word("null") ? "" : nil
    default: return number()
    }
  }

  private mutating func list(_ depth: Int) -> String? {
    guard take("[") else { return nil }
    if take("]") { return "" }
    var parts: [String] = []
    repeat {
      guard let part = value(depth) else { return nil }
      parts.append(part)
    } while take(",")
    return take("]") ? parts.joined(separator: "|") : nil
  }

  private mutating func word(_ word: String) -> Bool {
    guard bytes[position...].starts(with: word.utf8) else { return false }
    position += word.utf8.count
    return true
  }

  private mutating func number() -> String? {
    let start = position
    func digits() -> Int {
      let first = position
      while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
      return position - first
    }
    if next == UInt8(ascii: "-") { position += 1 }
    let leading = next
    let whole = digits()
    guard whole > 0, whole == 1 || leading != 0x30 else { return nil }
    if next == UInt8(ascii: ".") {
      position += 1
      guard digits() > 0 else { return nil }
    }
    if let byte = next, byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
      position += 1
      if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { position += 1 }
      guard digits() > 0 else { return nil }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    guard let number = Double(text), number.isFinite else { return nil }
    return Int(exactly: number).map(String.init) ?? "\(number)"
  }

  private mutating func string() -> String? {
    guard next == UInt8(ascii: "\"") else { return nil }
    position += 1
    let start = position
    while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 {
      position += 1
    }
    var content = bytes[start..<position]
    while let byte = next, byte >= 0x20 {
      position += 1
      if byte == UInt8(ascii: "\"") { return String(validating: content, as: UTF8.self) }
      guard byte == UInt8(ascii: "\\") else {
        content.append(byte)
        continue
      }
      guard let escaped = escape() else { return nil }
      content.append(contentsOf: escaped.utf8)
    }
    return nil
  }

  /// What follows a backslash.
  private mutating func escape() -> Character? {
    guard let byte = next else { return nil }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"):
      return Character(Unicode.Scalar(byte))
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      guard let unit = hexadecimal() else { return nil }
      if !(0xD800..<0xDC00).contains(unit) { return Unicode.Scalar(unit).map(Character.init) }
      // Beyond 0xFFFF, in two halves.
      guard word("\\u"), let low = hexadecimal(), (0xDC00..<0xE000).contains(low) else {
        return nil
      }
      return Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)).map(Character.init)
    default: return nil
    }
  }

  private mutating func hexadecimal() -> UInt32? {
    let digits = bytes[position...].prefix(4)
    guard digits.count == 4, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else {
      return nil
    }
    position += 4
    return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}
