public import Foundation
import Torch
import TorchNN

/// The name under which a weights file's metadata holds the spec, as JSON.
private let specKey = "glean.backbone"

extension Backbone {
  /// Writes the weights as safetensors, with the spec as JSON in the metadata, so that the file
  /// says which network it is.
  /// - Parameter metadata: more notes for the file, such as the method and its settings.
  /// - Throws: ``BackboneError/weights(_:)``.
  public func save(to url: URL, metadata: [String: String] = [:]) throws(BackboneError) {
    var metadata = metadata
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    metadata[specKey] = (try? encoder.encode(spec)).map { String(decoding: $0, as: UTF8.self) }
    do {
      try SafeTensors(state, metadata: metadata).write(to: url)
    } catch {
      throw .weights(error.description)
    }
  }

  /// Takes up the weights of a file: one that ``save(to:metadata:)`` wrote, or one of torchvision or
  /// timm with their names, whose classifier (`fc.`, `head.`) is left aside.
  ///
  /// Weights for colour images are adapted to this network's channels, and a ViT's positions are
  /// resampled to its grid of patches.
  /// - Throws: ``BackboneError/weights(_:)`` with every tensor that is missing, unknown
  ///   or of another shape; nothing is changed then.
  public func load(from url: URL) throws(BackboneError) {
    try load(Backbone.read(url), url)
  }

  /// Makes the network that a file of ``save(to:metadata:)`` describes, with its weights.
  /// - Throws: ``BackboneError/weights(_:)``.
  public static func make(from url: URL) throws(BackboneError) -> Backbone {
    let file = try read(url)
    guard let text = file.metadata[specKey] else {
      throw .weights(
        "\(url.path): does not say which network it is; name the backbone and load the file into it"
      )
    }
    let spec: BackboneSpec
    do {
      spec = try JSONDecoder().decode(BackboneSpec.self, from: Data(text.utf8))
    } catch {
      throw .weights("\(url.path): describes no network that Glean knows: \(text) (\(error))")
    }
    let backbone = spec.make(random: RandomStream(seed: 0, "weights"))
    try backbone.load(file, url)
    return backbone
  }

  private static func read(_ url: URL) throws(BackboneError) -> SafeTensors {
    do {
      return try SafeTensors(contentsOf: url)
    } catch {
      throw .weights(error.description)
    }
  }

  private func load(_ file: SafeTensors, _ url: URL) throws(BackboneError) {
    let names = Set(state.map(\.name))
    let own = file.byName.filter {
      names.contains($0.key) || !$0.key.hasPrefix("fc.") && !$0.key.hasPrefix("head.")
    }
    do {
      try load(fitted(own))
    } catch {
      let origin = file.metadata[specKey].map { "; the file says that it holds \($0)" } ?? ""
      throw .weights("\(url.path): for \(spec.id)\(origin): \(error)")
    }
  }
}
