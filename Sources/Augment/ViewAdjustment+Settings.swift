/// What is wrong with a strength that was asked for.
public enum ViewAdjustmentError: Error, Equatable, CustomStringConvertible {
  /// There is no strength of this name.
  case unknown(name: String)
  /// A value that the strength does not take.
  case value(name: String, found: String, expected: String)

  /// What was found, and what is expected.
  public var description: String {
    switch self {
    case .unknown(let name):
      "there is no strength '\(name)'; the strengths are "
        + ViewAdjustment.strengths.joined(separator: ", ")
    case .value(let name, let found, let expected):
      "\(name) is '\(found)'; give \(expected)"
    }
  }
}

extension ViewAdjustment {
  /// The names that ``set(_:to:)`` knows.
  public static let strengths = [
    "rotation", "vertical-flip", "tone", "colour", "blur", "solarize", "minimum-scale",
  ]

  /// Sets a strength by its name, and says so in ``name``.
  /// - Parameter text: a number; for `rotation` degrees (0 for none, 180 for any angle), or
  ///   `quarter` for quarter turns.
  public mutating func set(_ strength: String, to text: String) throws(ViewAdjustmentError) {
    func number(_ range: ClosedRange<Double>, _ expected: String) throws(ViewAdjustmentError)
      -> Double
    {
      guard let number = Double(text), range.contains(number) else {
        throw .value(name: strength, found: text, expected: expected)
      }
      return number
    }
    let factor = "a factor from 0 (none of it) over 1 (as published) to 10"
    switch strength {
    case "rotation":
      if text == "quarter" {
        rotation = Rotation(quarterTurns: true)
      } else {
        let degrees = try number(0...180, "degrees, 0 (none) to 180 (any angle), or 'quarter'")
        rotation = degrees == 0 ? nil : Rotation(degrees: degrees)
      }
    case "vertical-flip": verticalFlip = try number(0...1, "a probability, 0 to 1")
    case "tone": tone = try number(0...10, factor)
    case "colour": colour = try number(0...10, factor)
    case "blur": blur = try number(0...10, factor)
    case "solarize": solarize = try number(0...10, factor)
    case "minimum-scale": minimumScale = try number(0...1, "a share of the area, 0 to 1")
    default: throw .unknown(name: strength)
    }
    name += " \(strength)=\(text)"
  }

  /// What it changes, in words: `turn by any angle, colours ×0.25`.
  public var summary: String {
    var parts: [String] = []
    if let rotation { parts.append(rotation.summary) }
    if verticalFlip > 0 {
      parts.append("upside-down flip (\(Int((100 * verticalFlip).rounded()))%)")
    }
    for (name, factor) in [
      ("brightness and contrast", tone), ("colours", colour), ("blur", blur),
      ("solarisation", solarize),
    ] where factor != 1 {
      parts.append(factor == 0 ? "no \(name)" : "\(name) ×\(factor)")
    }
    if minimumScale > 0 {
      parts.append("crops of \(Int((100 * minimumScale).rounded()))% or more")
    }
    return parts.isEmpty ? "as published" : parts.joined(separator: ", ")
  }
}
