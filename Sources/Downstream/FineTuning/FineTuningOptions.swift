public import Augment

extension FineTuning {
  /// How a network is fine-tuned.
  public struct Options: Codable, Sendable, Equatable {
    /// Steps in all; few images need hundreds.
    public var steps = 400
    /// The first of the steps train the head alone, on the backbone as it was pretrained: a linear
    /// probe before fine-tuning keeps a random head from spoiling the features (LP-FT, Kumar et al.
    /// 2022). 0 tunes all from the start.
    public var headSteps = 0
    /// The learning rate of these steps.
    public var headLearningRate = 0.01
    /// Images in a batch; fewer where there are fewer.
    public var batch = 64
    /// Steps between looks at the validation images.
    public var evaluateEvery = 25
    /// Looks without a better result after which tuning stops; `nil` for never. The best weights are
    /// kept either way.
    public var patience: Int? = 8
    /// Mass that the loss spreads over the other classes; 0.1 in MAE's recipe.
    public var labelSmoothing = 0.1
    /// How much each class counts in the loss; where balanced, balanced accuracy chooses the step.
    public var classWeighting = LinearProbe.ClassWeighting.none
    /// How a training image is changed.
    public var augmentation = Augmentation.supervised
    /// The optimiser's settings; `nil` for the backbone's own,
    /// ``FineTuningRecipe/standard(for:batch:)``.
    public var recipe: FineTuningRecipe?

    /// The published settings, in a budget for few images.
    public init() {}

    func check() throws(ProbeError) {
      let least = [
        ("steps", steps, 1), ("headSteps", headSteps, 0), ("batch", batch, 1),
        ("evaluateEvery", evaluateEvery, 1), ("patience", patience ?? 1, 1),
      ]
      for (name, value, least) in least where value < least {
        throw .option("\(name) is \(value); give \(least) or more")
      }
      guard headSteps < steps else {
        throw .option(
          "headSteps is \(headSteps) of \(steps) steps; leave some to tune the backbone")
      }
      guard (0..<1).contains(labelSmoothing) else {
        throw .option("labelSmoothing is \(labelSmoothing); give a number from 0 to below 1")
      }
      let rates = [
        ("headLearningRate", headLearningRate), ("learningRate", recipe?.learningRate ?? 1),
        ("layerDecay", recipe?.layerDecay ?? 1),
      ]
      for (name, value) in rates where !(value > 0 && value.isFinite) {
        throw .option("\(name) is \(value); give a number above 0")
      }
    }
  }
}
