/// A backbone that cannot be made, or weights that do not fit one.
public enum BackboneError: Error, CustomStringConvertible, Equatable {
  /// A part of a description: its name, what was found, what is allowed, and the nearest allowed
  /// word.
  case field(String, found: String, allowed: String, suggestion: String? = nil)
  /// A weights file: the message names it and says what is wrong with it.
  case weights(String)

  /// What was found, what was expected, and what to do.
  public var description: String {
    switch self {
    case .field(let name, let found, let allowed, let suggestion):
      "backbone \(name): found '\(found)', expected \(allowed)"
        + (suggestion.map { ". Did you mean '\($0)'?" } ?? "")
    case .weights(let message): message
    }
  }
}

/// The word of `words` nearest to `text` by edit distance, if it is near enough to be meant.
package func nearest(to text: String, in words: [String]) -> String? {
  let near = words.map { (word: $0, distance: editDistance(text.lowercased(), $0)) }
    .min { $0.distance < $1.distance }
  guard let near, near.distance <= (near.word.count + 1) / 3 else { return nil }
  return near.word
}

/// Insertions, deletions and substitutions from `a` to `b`.
private func editDistance(_ a: String, _ b: String) -> Int {
  let target = Array(b)
  var row = Array(0...target.count)
  for (i, character) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, other) in target.enumerated() {
      let substituted = diagonal + (character == other ? 0 : 1)
      diagonal = row[j + 1]
      row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
    }
  }
  return row[target.count]
}
