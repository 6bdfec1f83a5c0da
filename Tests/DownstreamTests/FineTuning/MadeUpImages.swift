import Augment
import Backbones
import Torch
import TorchNN

@testable import Downstream

/// Noise of 12 × 12 pixels in which a class brightens one channel.
struct MadeUpImages {
  var labels: [Int?]
  let pixels: Tensor

  /// `count` images of classes in turn.
  init(count: Int, classes: Int = 3) {
    let truth = (0..<count).map { $0 % classes }
    labels = truth
    let bright = Tensor(truth).oneHot(3).reshaped(count, 1, 1, 3) * 80
    let noise = RandomStream(seed: 5).integers([count, 12, 12, 3], in: 0..<150)
    pixels = (noise + bright).to(.uint8)
  }

  /// A split of the first images to train on, some to choose by, and the rest.
  func split(train: Int, validation: Int? = nil) -> EvaluationSplit {
    EvaluationSplit(
      train: Array(0..<train), validation: validation.map { Array(train..<train + $0) },
      test: Array(train + (validation ?? 0)..<labels.count))
  }

  func problem(
    _ backbone: Backbone, training: [Int], classes: Int = 3, groups: [Int]? = nil, seed: UInt64 = 1,
    pixels: Tensor? = nil
  ) -> FineTuning.Problem {
    FineTuning.Problem(
      backbone: backbone, store: DeviceStore(pixels: pixels ?? self.pixels, training: training),
      labels: labels, groups: groups, classes: classes, imageSize: 12, seed: seed)
  }

  /// A network of random weights.
  static func network(_ text: String = "resnet18:width=4") throws -> Backbone {
    try BackboneSpec(text, imageSize: 12).make(random: RandomStream(seed: 2, "backbone"))
  }

  static let networks = ["resnet18:width=2", "convnext-atto:width=4", "vit-micro:patch=4"]
}

/// Settings for a few steps.
func options(
  steps: Int, headSteps: Int = 0, batch: Int = 16, every: Int = 2, patience: Int? = nil
) -> FineTuning.Options {
  var options = FineTuning.Options()
  options.steps = steps
  options.headSteps = headSteps
  options.batch = batch
  options.evaluateEvery = every
  options.patience = patience
  return options
}

extension FineTunedNetwork {
  /// All weights and statistics, to the bit.
  var bytes: [[UInt8]] { state.map { $0.tensor.detached().bytes } }
}
