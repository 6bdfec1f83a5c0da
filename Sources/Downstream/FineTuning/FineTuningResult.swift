public import Torch

/// How far fine-tuning is, for a progress bar.
public struct FineTuningStatus: Sendable, Equatable {
  /// Steps done.
  public var step: Int
  /// Steps in all, if it does not stop early.
  public var steps: Int
  /// The mean loss of the steps before the last look at the validation images; `nil` before it.
  public var loss: Double?
  /// The accuracy of the last look, 0...1; `nil` before it, and without validation images.
  public var validationAccuracy: Double?
}

/// What fine-tuning came to.
public struct FineTuningResult {
  /// The class probabilities of the test images, `float32` `[N, K]`, on the processor.
  public var probabilities: Tensor
  /// The test images judged, one a row: the labelled ones, ascending.
  public var testImages: [Int]
  /// The class predicted for each of ``testImages``.
  public var predictions: [Int]
  /// Top-1 accuracy on the test images, 0...1.
  public var accuracy: Double
  /// Mean recall over the classes present in the test images, 0...1.
  public var balancedAccuracy: Double
  /// The step whose weights were kept, counted from 1.
  public var step: Int
  /// Steps done when it stopped.
  public var stepsDone: Int
  /// Top-1 accuracy of the weights kept on the validation images; `nil` where there were none.
  public var validationAccuracy: Double?
  /// The images learned from, ascending: without those set aside to choose the step by.
  public var trainImages: [Int]
  /// The optimiser's settings.
  public var recipe: FineTuningRecipe
  /// The tuned network, in use mode.
  public var network: FineTunedNetwork

  /// What was chosen, in words, such as `step 175 of 400`.
  public var setting: String {
    "step \(step) of \(stepsDone)" + (validationAccuracy == nil ? ", no validation images" : "")
  }
}
