import CommandLineKit
import Foundation
import Glean

/// Which network makes features.
struct WeightsOptions: ParsableArguments {
  @Option(
    help: "A run of 'glean pretrain', or a .safetensors, .pth or .pt file of another library; "
      + "without it, random weights.",
    completion: .file)
  var weights: String?
  @Option(
    help: "The network of random weights, as in 'glean pretrain'; weights say themselves which "
      + "network they are.")
  var backbone: String?
  @Flag(help: "Take what fits of the weights; what does not stays random, and is said.")
  var partial = false
  @Option(help: "Side of the images in pixels; by default what the network was made for.")
  var imageSize: Int?
  @Option(help: "Seed of random weights and of the splits.") var seed: UInt64 = 0

  func validate() throws {
    if partial && weights == nil {
      throw UsageError("--partial says how to load --weights; give both")
    }
    if weights != nil && backbone != nil {
      throw UsageError("the weights say which network they are; leave --backbone out")
    }
  }

  /// The network and the size of the images it is shown.
  func network(for images: ImageStore, on device: Device) throws -> (Backbone, imageSize: Int) {
    let network: Backbone
    if let weights {
      network = try Backbone.make(
        from: weightsFile(weights), imageSize: imageSize, inputChannels: images.channels,
        partial: partial, random: RandomStream(seed: seed, "backbone")
      ) { if !$0.stayedRandom.isEmpty { $0.lines.forEach(note) } }
    } else {
      var options = NetworkOptions()
      options.backbone = backbone
      options.imageSize = imageSize
      network = try options.spec(for: images, on: device)
        .make(random: RandomStream(seed: seed, "backbone"))
    }
    return (network.ready(on: device), imageSize ?? network.spec.imageSize)
  }
}

/// The weights of a run's folder, or the file itself.
func weightsFile(_ path: String) throws -> URL {
  var url = URL(filePath: path)
  let isRun = (try? url.resourceValues(forKeys: [.isDirectoryKey]).isDirectory) == true
  if isRun { url.append(path: Trainer.weightsName) }
  guard FileManager.default.fileExists(atPath: url.path) else {
    throw UsageError(
      "\(url.path) does not exist; "
        + (isRun
          ? "'glean pretrain' writes it when a run is finished"
          : "give a run that 'glean pretrain' made, or a .safetensors, .pth or .pt file"))
  }
  return url
}
