/// The columns that a terminal gives to a text: 2 for wide characters, 0 for combining marks.
///
/// Good enough for names and figures; ambiguous characters count as narrow.
func displayWidth(_ text: some StringProtocol) -> Int {
  text.reduce(0) { $0 + displayWidth($1) }
}

private func displayWidth(_ character: Character) -> Int {
  guard let first = character.unicodeScalars.first else { return 0 }
  switch first.properties.generalCategory {
  case .control, .format, .nonspacingMark, .enclosingMark: return 0
  default: break
  }
  if character.unicodeScalars.contains("\u{FE0F}") { return 2 }
  return wideRanges.contains { $0.contains(first.value) } ? 2 : 1
}

/// The blocks of East Asian wide characters and emoji.
private let wideRanges: [ClosedRange<UInt32>] = [
  0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
  0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
  0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
]

/// Fills up with spaces to `width` columns, on the right or on the left.
func padded(_ text: String, to width: Int, onLeft: Bool = false) -> String {
  let spaces = String(repeating: " ", count: max(0, width - displayWidth(text)))
  return onLeft ? spaces + text : text + spaces
}

/// Cuts to `width` columns, the last of them an ellipsis.
func truncated(_ text: String, to width: Int) -> String {
  if displayWidth(text) <= width { return text }
  var result = ""
  var used = 0
  for character in text {
    let columns = displayWidth(character)
    if used + columns > width - 1 { break }
    result.append(character)
    used += columns
  }
  return width > 0 ? result + "…" : ""
}
