import CommandLineKit
import Foundation
import Glean

/// General weights that a comparison sets pretraining on the user's own images against.
struct GeneralOptions: ParsableArguments {
  @OptionGroup var initial: InitialOptions
  @Option(help: "What the report calls the weights; by default the file's name.")
  var initTitle: String?
  @Option(
    help: "Methods that also go on from the weights: by default all of the comparison, or 'none'.")
  var continued: [String] = []

  func validate() throws {
    if initial.file == nil && (initTitle != nil || !continued.isEmpty) {
      throw UsageError("--init-title and --continued speak of --init; give it too")
    }
  }

  /// The weights with their network; `nil` without `--init`, and where they come from these images
  /// themselves, for then they are not general.
  func weights(
    for images: ImageStore, _ network: NetworkOptions, on device: Device, note: (String) -> Void
  ) throws -> GeneralWeights? {
    guard let file = initial.file, let weights = try initial.weights() else { return nil }
    let url = try weightsFile(file)
    if try WeightsFile.read(url).metadata[InitialWeights.imagesKey] == images.contentHash {
      note("\(file) was pretrained on these very images: it is no general baseline, left out")
      return nil
    }
    return GeneralWeights(
      weights: weights, backbone: try initial.spec(for: images, network, on: device),
      title: initTitle ?? url.lastPathComponent)
  }

  /// Loads the weights once, to refuse them before any work is done.
  func check(_ weights: GeneralWeights, note: (String) -> Void) throws {
    try initial.check(weights.backbone, note: note)
  }

  /// The rows that the weights add to a comparison of `methods`.
  func rows(beside methods: [String]) throws -> [String] {
    let learning = try methods.filter { try Registry.card($0).family != nil }
    if let stranger = continued.first(where: { $0 != "none" && !learning.contains($0) }) {
      throw UsageError(
        "--continued names '\(stranger)', which is no method of this comparison; there are "
          + learning.joined(separator: ", "))
    }
    let chosen = continued.isEmpty ? learning : learning.filter(continued.contains)
    return [Baseline.general, Baseline.fineTuned] + chosen.map(StudyRow.fromGeneral)
  }
}
