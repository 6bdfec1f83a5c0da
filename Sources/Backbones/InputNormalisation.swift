import Foundation

/// How pixels become what a network was trained on: x / 255, minus the mean, over the deviation, a
/// channel at a time.
public struct InputNormalisation: Codable, Sendable, Equatable {
  /// The mean of each channel, in 0...1.
  public var mean: [Float]
  /// The standard deviation of each channel, in 0...1.
  public var std: [Float]

  /// Both.
  public init(mean: [Float], std: [Float]) {
    self.mean = mean
    self.std = std
  }

  /// The name under which a weights file's metadata holds it, as JSON.
  public static let key = "glean.normalisation"

  /// Reads a weights file's metadata; `nil` where it does not say.
  public init?(metadata: [String: String]) {
    guard let text = metadata[InputNormalisation.key],
      let value = try? JSONDecoder().decode(InputNormalisation.self, from: Data(text.utf8))
    else { return nil }
    self = value
  }

  /// The note for a weights file's metadata.
  public var metadata: [String: String] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let json = try? encoder.encode(self)
    return json.map { [InputNormalisation.key: String(decoding: $0, as: UTF8.self)] } ?? [:]
  }
}
