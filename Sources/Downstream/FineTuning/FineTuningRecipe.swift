public import Backbones
import Foundation
public import TorchNN

/// The optimiser's settings of fine-tuning.
public struct FineTuningRecipe: Codable, Sendable, Equatable {
  /// Where they come from.
  public var source: String
  /// The rule of the steps; weight decay is for matrices and kernels, not for biases and norms.
  public var optimizer: OptimizerChoice
  /// The peak learning rate of the head, after a twentieth of the steps and before half a cosine
  /// down to 0.
  public var learningRate: Double
  /// What the learning rate is multiplied by for each block or stage farther from the head.
  public var layerDecay: Double

  /// All of it.
  public init(
    source: String, optimizer: OptimizerChoice, learningRate: Double, layerDecay: Double
  ) {
    self.source = source
    self.optimizer = optimizer
    self.learningRate = learningRate
    self.layerDecay = layerDecay
  }

  /// The recipe of a network, the same whatever pretrained it.
  ///
  /// AdamW (β 0.9 and 0.999) as MAE fine-tunes (He et al. 2022, table 9): weight decay 0.05, learning
  /// rate 10⁻³ for 256 images, a twentieth of the run as warm-up. The rate goes with the root of the
  /// batch rather than with the batch, as in Glean's rule for short runs: hundreds of steps at a linearly
  /// scaled rate barely move a network. Layer decay is 0.75 a block for ViTs (MAE, table 9) and 0.9 a
  /// stage for ConvNeXts (ConvNeXt V2's code for its atto and tiny networks).
  ///
  /// ResNets are tuned by the rule that trains them from scratch, 2·10⁻³ for 128 images and weight
  /// decay 0.01, at one rate for all layers (Kornblith et al. 2019; BiT, Kolesnikov et al. 2020):
  /// at a third of that rate, random weights stayed ten points below supervised training.
  public static func standard(for spec: BackboneSpec, batch: Int) -> FineTuningRecipe {
    func rate(_ rate: Double, for images: Double) -> Double {
      rate * (Double(batch) / images).squareRoot()
    }
    if !spec.architecture.isViT && !spec.architecture.isConvNeXt {
      return FineTuningRecipe(
        source: "Glean's rule for short runs", optimizer: .adamW(weightDecay: 0.01),
        learningRate: rate(2e-3, for: 128), layerDecay: 1)
    }
    return FineTuningRecipe(
      source: "after MAE's, for short runs", optimizer: .adamW(weightDecay: 0.05),
      learningRate: rate(1e-3, for: 256), layerDecay: spec.architecture.isViT ? 0.75 : 0.9)
  }

  /// What the learning rate of a parameter of `backbone` is multiplied by.
  func rateFactor(_ backbone: Backbone, parameter name: String) -> Double {
    pow(layerDecay, Double(backbone.distanceFromHead(ofParameter: name)))
  }

  /// The learning rate of `steps` steps.
  func schedule(peak: Double, steps: Int) -> CosineSchedule {
    CosineSchedule(peak: peak, warmUp: max(1, steps / 20), steps: steps)
  }
}
