public import Foundation
public import Torch
import TorchNN

/// The name under which a weights file's metadata holds the spec, as JSON.
private let specKey = "glean.backbone"

/// What came of loading a file that holds more, or less, than a backbone.
public struct WeightsReport: Sendable, Equatable {
  /// The part of a checkpoint that the weights come from, such as `teacher`.
  public var section: String?
  /// The file's tensors that belong to no backbone: heads, decoders, second networks.
  public var leftAside: [String]
  /// The network's tensors that the file did not give, which stay random, with the reason.
  public var stayedRandom: [String]
}

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

  /// Takes up the weights of a file: one that ``save(to:metadata:)`` wrote, or safetensors or a
  /// PyTorch state dictionary of torchvision, timm, lightly, solo-learn, or of the authors of DINO,
  /// DINOv2, MoCo, SwAV, MAE and ConvNeXt. Heads and second networks in it are left aside.
  ///
  /// Weights for colour images are adapted to this network's channels, and a ViT's positions are
  /// resampled to its grid of patches.
  /// - Parameter partial: whether tensors that are missing, unknown or of another shape may be: those
  ///   of the network stay as they are.
  /// - Returns: what was left aside, and what stayed random.
  /// - Throws: ``BackboneError/weights(_:)`` with every tensor that is missing, unknown
  ///   or of another shape; nothing is changed then.
  @discardableResult
  public func load(from url: URL, partial: Bool = false) throws(BackboneError) -> WeightsReport {
    try load(WeightsSource(url), partial: partial)
  }

  /// Makes the network whose weights a file holds, with them.
  /// - Parameters:
  ///   - imageSize: the side of the images that it is for; by default that of the file.
  ///   - inputChannels: the images' channels; by default those of the file.
  ///   - partial: as for ``load(from:partial:)``.
  ///   - random: what stays random is drawn from it.
  ///   - report: is told what was left aside, and what stayed random.
  /// - Throws: ``BackboneError``.
  public static func make(
    from url: URL, imageSize: Int? = nil, inputChannels: Int? = nil, partial: Bool = false,
    random: RandomStream = RandomStream(seed: 0, "weights"),
    report: (WeightsReport) -> Void = { _ in }
  ) throws(BackboneError) -> Backbone {
    let source = try WeightsSource(url)
    let spec = try source.spec(imageSize: imageSize, inputChannels: inputChannels)
    let backbone = spec.make(random: random)
    report(try backbone.load(source, partial: partial))
    return backbone
  }

  private func load(_ source: WeightsSource, partial: Bool) throws(BackboneError) -> WeightsReport {
    var given = fitted(source.names.tensors)
    var report = WeightsReport(
      section: source.file.section, leftAside: source.names.leftAside, stayedRandom: [])
    if partial {
      let own = state
      let known = Set(own.map(\.name))
      report.leftAside += given.keys.filter { !known.contains($0) }.sorted()
      given = given.filter { known.contains($0.key) }
      for (name, tensor) in own where given[name]?.shape != tensor.shape {
        let why = given[name].map { " is \($0.shape), expected \(tensor.shape)" } ?? " is missing"
        report.stayedRandom.append(name + why)
        given[name] = tensor
      }
      guard report.stayedRandom.count < own.count else {
        throw .weights("\(source.url.path): has nothing that fits \(spec.id)")
      }
    }
    do {
      try load(given)
    } catch {
      let held = try? source.spec(imageSize: nil, inputChannels: nil)
      let origin = held.map { "; the file holds \($0.id)" } ?? ""
      throw .weights(
        "\(source.url.path): for \(spec.id)\(origin): \(error). To take what fits, give "
          + "--partial to pretrain, compare, evaluate or embed")
    }
    return report
  }
}

extension BackboneSpec {
  /// The network whose weights a file holds: what the file says, or what its tensors' names and shapes
  /// show.
  /// - Parameters:
  ///   - imageSize: the side of the images that it is for; by default that of the file.
  ///   - inputChannels: the images' channels; by default those of the file.
  /// - Throws: ``BackboneError``.
  public init(
    weights url: URL, imageSize: Int? = nil, inputChannels: Int? = nil
  ) throws(BackboneError) {
    self = try WeightsSource(url).spec(imageSize: imageSize, inputChannels: inputChannels)
  }
}

/// A weights file that was read, with its tensors sorted.
private struct WeightsSource {
  let url: URL
  let file: WeightsFile
  let names: WeightNames

  init(_ url: URL) throws(BackboneError) {
    self.url = url
    do {
      file = try WeightsFile.read(url)
    } catch {
      throw .weights(error.description)
    }
    names = WeightNames(file.tensors)
  }

  func spec(imageSize: Int?, inputChannels: Int?) throws(BackboneError) -> BackboneSpec {
    guard let text = file.metadata[specKey] else {
      do {
        return try BackboneSpec(
          shapes: names.tensors.mapValues(\.shape), imageSize: imageSize,
          inputChannels: inputChannels)
      } catch {
        if case .weights(let what) = error { throw .weights("\(url.path): \(what)") }
        throw error
      }
    }
    let spec: BackboneSpec
    do {
      spec = try JSONDecoder().decode(BackboneSpec.self, from: Data(text.utf8))
    } catch {
      throw .weights("\(url.path): describes no network that Glean knows: \(text) (\(error))")
    }
    return try spec.adapted(
      imageSize: imageSize ?? spec.imageSize, inputChannels: inputChannels ?? spec.inputChannels)
  }
}
