import CommandLineKit
import Foundation
import Glean

/// Weights that training begins with.
struct InitialOptions: ParsableArguments {
  @Option(
    name: "init", valueName: "file",
    help:
      "Begin with these weights: a run, or a .safetensors, .pth or .pt file of torchvision, timm, "
      + "lightly, solo-learn, DINO, DINOv2, MoCo, SwAV or MAE.", completion: .file)
  var file: String?
  @Flag(help: "Take what fits of the weights; what does not stays random, and is said.")
  var partial = false

  func validate() throws {
    if partial && file == nil { throw UsageError("--partial says how to load --init; give both") }
    if let file { _ = try weightsFile(file) }
  }

  /// The weights; `nil` without.
  func weights() throws -> InitialWeights? {
    try file.map { try InitialWeights(weightsFile($0), isPartial: partial) }
  }

  /// The network that the weights make for the images.
  func spec(for images: ImageStore, _ network: NetworkOptions, on device: Device) throws
    -> BackboneSpec
  {
    guard let file else { return try network.spec(for: images, on: device) }
    let url = try weightsFile(file)
    do {
      return try BackboneSpec(
        weights: url, imageSize: network.size(for: images, on: device),
        inputChannels: images.channels)
    } catch {
      if case .field = error { throw UsageError("\(url.path), for these images: \(error)") }
      throw error
    }
  }

  /// Loads the weights into `backbone` once, to refuse them before any work is done, and says what was
  /// left aside and what stayed random.
  func check(_ backbone: BackboneSpec, note: (String) -> Void) throws {
    guard let file else { return }
    let network = backbone.make(random: RandomStream(seed: 0))
    let report = try network.load(from: weightsFile(file), partial: partial)
    let origin = report.section.map { " ('\($0)' in it)" } ?? ""
    note("Beginning with \(file)\(origin): \(backbone.id)")
    for line in report.lines { note("  \(line)") }
  }
}

extension WeightsReport {
  /// What was left aside and what stayed random, briefly.
  var lines: [String] {
    [("left aside", leftAside), ("stayed random", stayedRandom)].compactMap { what, names in
      let rest = names.count - 5
      let shown = names.prefix(5).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
      return names.isEmpty ? nil : "\(what): \(shown)"
    }
  }
}
