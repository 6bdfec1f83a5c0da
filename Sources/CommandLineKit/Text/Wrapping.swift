/// Breaks text between words so that no line is wider than `width` columns, where words allow.
///
/// Line breaks in the text stay; a line that begins with a space is kept as it is, below the
/// indentation.
func wrap(_ text: String, width: Int, indent: Int = 0, indentFirst: Bool = true) -> String {
  let margin = String(repeating: " ", count: indent)
  var lines: [String] = []
  for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
    if paragraph.isEmpty || paragraph.hasPrefix(" ") {
      lines.append(paragraph.isEmpty ? "" : margin + paragraph)
      continue
    }
    var line = lines.isEmpty && !indentFirst ? "" : margin
    var isEmpty = true
    for word in paragraph.split(separator: " ") {
      if !isEmpty, displayWidth(line) + 1 + displayWidth(word) > width {
        lines.append(line)
        line = margin
        isEmpty = true
      }
      line += (isEmpty ? "" : " ") + word
      isEmpty = false
    }
    lines.append(line)
  }
  return lines.joined(separator: "\n")
}
