extension BackboneSpec: CustomStringConvertible {
  /// Its ``id``, for messages.
  public var description: String { id }

  /// Reads what a user types: an architecture, then fields after a colon, as in `resnet18`,
  /// `resnet18:width=16,stem=small` or `vit-tiny:patch=4,pooling=mean`.
  /// - Parameters:
  ///   - text: the architecture and any of `width`, `stem`, `patch`, `pooling`, `registers`,
  ///     `layerscale`, `droppath`, `size`, `channels`.
  ///   - imageSize: the side of the images in pixels, where the text gives no `size`.
  ///   - inputChannels: the images' channels, where the text gives no `channels`.
  /// - Throws: ``BackboneError/field(_:found:allowed:suggestion:)`` naming the field at fault.
  public init(_ text: String, imageSize: Int, inputChannels: Int = 3) throws(BackboneError) {
    let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let architecture: Architecture = try choice("name", String(halves.first ?? ""))
    var width: Int?
    var stem: Stem?
    var patch: Int?
    var pooling: Pooling?
    var registers: Int?
    var layerScale: Double?
    var dropPath: Double?
    var size = imageSize
    var channels = inputChannels
    var seen: Set<String> = []
    for field in halves.count == 2 ? halves[1].split(separator: ",") : [] {
      let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = parts[0].trimming()
      guard parts.count == 2 else {
        throw .field("fields", found: String(field), allowed: "name=value, for example width=16")
      }
      guard seen.insert(name).inserted else {
        throw .field(name, found: String(field), allowed: "one value")
      }
      let value = parts[1].trimming()
      switch name {
      case "width": width = try number(name, value)
      case "stem": stem = try choice(name, value)
      case "patch": patch = try number(name, value)
      case "pooling": pooling = try choice(name, value)
      case "registers": registers = try number(name, value)
      case "layerscale": layerScale = try decimal(name, value)
      case "droppath": dropPath = try decimal(name, value)
      case "size": size = try number(name, value)
      case "channels": channels = try number(name, value)
      default:
        let names = [
          "width", "stem", "patch", "pooling", "registers", "layerscale", "droppath", "size",
          "channels",
        ]
        throw .field(
          "field", found: name, allowed: names.joined(separator: ", "),
          suggestion: nearest(to: name, in: names))
      }
    }
    try self.init(
      architecture, width: width, stem: stem, patch: patch, pooling: pooling,
      registers: registers, layerScale: layerScale, dropPath: dropPath, imageSize: size,
      inputChannels: channels)
  }
}

private func choice<Choice>(_ field: String, _ text: String) throws(BackboneError) -> Choice
where Choice: RawRepresentable<String> & CaseIterable {
  let text = text.trimming()
  if let choice = Choice(rawValue: text) { return choice }
  let words = Choice.allCases.map(\.rawValue)
  throw .field(
    field, found: text, allowed: words.joined(separator: ", "),
    suggestion: nearest(to: text, in: words))
}

private func number(_ field: String, _ text: String) throws(BackboneError) -> Int {
  if let number = Int(text) { return number }
  throw .field(field, found: text, allowed: "a whole number")
}

private func decimal(_ field: String, _ text: String) throws(BackboneError) -> Double {
  if let number = Double(text), number.isFinite { return number }
  throw .field(field, found: text, allowed: "a number, for example 0.1 or 1e-5")
}

extension StringProtocol {
  /// The text without spaces around it.
  fileprivate func trimming() -> String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}

// MARK: - JSON

extension BackboneSpec: Decodable {
  private enum Field: CodingKey {
    case architecture, width, stem, patch, pooling, registers, layerScale, dropPath, imageSize
    case inputChannels
  }

  /// Reads JSON; what is left out follows from the rest, and everything is checked.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Field.self)
    try self.init(
      fields.decode(Architecture.self, forKey: .architecture),
      width: fields.decodeIfPresent(Int.self, forKey: .width),
      stem: fields.decodeIfPresent(Stem.self, forKey: .stem),
      patch: fields.decodeIfPresent(Int.self, forKey: .patch),
      pooling: fields.decodeIfPresent(Pooling.self, forKey: .pooling),
      registers: fields.decodeIfPresent(Int.self, forKey: .registers),
      layerScale: fields.decodeIfPresent(Double.self, forKey: .layerScale),
      dropPath: fields.decodeIfPresent(Double.self, forKey: .dropPath),
      imageSize: fields.decode(Int.self, forKey: .imageSize),
      inputChannels: fields.decodeIfPresent(Int.self, forKey: .inputChannels) ?? 3)
  }
}
