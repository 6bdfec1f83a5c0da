import Foundation
import Pretext

/// Where a text stops being JSON5. Foundation's decoder says only that it is none, so lines are tried:
/// as far as a text is right, it can be completed.
enum JSON5Line {
  /// The number, from 1, of the line with which no completion makes an object of the text any more;
  /// `nil` where the lines are right and only what closes them is missing.
  static func firstWrong(in text: Data) -> Int? {
    let ends = text.indices.filter { text[$0] == UInt8(ascii: "\n") } + [text.endIndex]
    func begins(_ lines: Int) -> Bool { canBeCompleted(text[..<ends[lines - 1]]) }
    if begins(ends.count) { return nil }
    // A text that can be completed could be so at every line before.
    var (right, wrong) = (0, ends.count)
    while wrong - right > 1 {
      let middle = (right + wrong) / 2
      if begins(middle) { right = middle } else { wrong = middle }
    }
    return wrong
  }

  /// Whether something can follow that makes an object of the text.
  private static func canBeCompleted(_ text: Data) -> Bool {
    completions.contains { ending in isObject(text + Data("\n\(ending)".utf8)) }
  }

  /// What a line can leave open: a comment, a field or its value, and brackets around them, of which
  /// an object is the outermost.
  private static let completions: [String] = {
    var brackets = [""]
    for depth in 0..<deepest {
      let inner = brackets.filter { $0.count == depth }
      brackets += inner.flatMap { ["}" + $0, "]" + $0] }
    }
    let ends = ["{}", ""] + brackets.map { $0 + "}" }
    return ["", "*/"].flatMap { comment in
      ["", "0", ":0"].flatMap { value in ends.map { comment + value + $0 } }
    }
  }()

  /// Brackets within the outermost: `also`, its object, `options`, those of a method, a list.
  private static let deepest = 5

  private static func isObject(_ text: Data) -> Bool {
    let decoder = JSONDecoder()
    decoder.allowsJSON5 = true
    return (try? decoder.decode([String: JSONValue].self, from: text)) != nil
  }
}
