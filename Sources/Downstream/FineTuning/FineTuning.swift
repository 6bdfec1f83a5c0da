public import Augment
public import Backbones
public import Torch

/// The fine-tuning protocol: a pretrained backbone and a linear classifier learn from labels
/// together.
///
/// A copy of the backbone is tuned by the recipe of its kind (``FineTuningRecipe``) with one mildly
/// augmented view an image. Every few steps it looks at the validation images; the weights of the
/// best look are kept and judged on the test images. Results depend on the seed, the labels and the
/// training and validation images alone. Unlike the probes, which fit once more on training and
/// validation images together, it has not learned from the validation images.
public struct FineTuning: Sendable {
  /// The settings.
  public var options: Options

  /// The protocol with `options`.
  public init(_ options: Options = Options()) { self.options = options }

  /// The protocol's name in tables.
  public var name: String { "fine-tune" }
  /// Raised whenever a change of implementation may change a result.
  public var revision: Int { 2 }

  /// What is tuned, and on what.
  public struct Problem {
    /// The pretrained network, which stays as it is.
    public var backbone: Backbone
    /// The images, on the device that computes; their mean and deviation should come from training
    /// images.
    public var store: DeviceStore
    /// The class of every image of the store; `nil` or below 0 for unlabelled images, which are left
    /// out.
    public var labels: [Int?]
    /// The group of every image (patient, slide, flight), which no part may share.
    public var groups: [Int]?
    /// Classes of the labels.
    public var classes: Int
    /// Side of the views in pixels.
    public var imageSize: Int
    /// The type of products and convolutions; `nil` for `float32`.
    public var precision: DType?
    /// Decides the head's initialisation, the order and the augmentation.
    public var seed: UInt64

    /// All of it. Traps unless there is a label (or `nil`), and a group, for every image of the store.
    public init(
      backbone: Backbone, store: DeviceStore, labels: [Int?], groups: [Int]? = nil, classes: Int,
      imageSize: Int, precision: DType? = nil, seed: UInt64
    ) {
      precondition(
        labels.count == store.count && (groups?.count ?? store.count) == store.count,
        "FineTuning: \(labels.count) labels for \(store.count) images")
      self.backbone = backbone
      self.store = store
      self.labels = labels
      self.groups = groups
      self.classes = classes
      self.imageSize = imageSize
      self.precision = precision
      self.seed = seed
    }
  }

  /// Tunes a copy of the backbone and judges it.
  /// - Parameters:
  ///   - split: which images to learn from, to choose the step by, and to be judged on. Without
  ///     validation images, 20% of the labelled training images are set aside, stratified and by
  ///     whole groups; where a class has a single image (or group) to learn from, that is not set
  ///     aside, and if none can be, the last weights are kept.
  ///   - report: called after every step.
  ///   - shouldStop: asked after every step.
  /// - Returns: the result; `nil` if it was stopped.
  /// - Throws: ``ProbeError``, also for options out of range.
  public func run(
    _ problem: Problem, split: EvaluationSplit,
    report: (FineTuningStatus) -> Void = { _ in }, shouldStop: () -> Bool = { false }
  ) throws(ProbeError) -> FineTuningResult? {
    try options.check()
    let parts = try FineTuningParts(
      split, labels: problem.labels, groups: problem.groups, classes: problem.classes,
      seed: problem.seed)
    var session = FineTuningSession(options, problem, parts)
    var status = FineTuningStatus(step: 0, steps: options.steps)
    var best: (step: Int, standing: FineTuningSession.Standing, weights: [Tensor])?
    var looksSinceBest = 0
    var losses: [Tensor] = []
    while status.step < options.steps {
      losses.append(session.take(status.step))
      status.step += 1
      let step = status.step
      if step % options.evaluateEvery == 0 || step == options.steps || step == options.headSteps {
        let loss = stacked(losses).mean().scalar
        losses = []
        let standing = session.standing()
        guard loss.isFinite, standing?.loss.isFinite ?? true else {
          throw .diverged(step: step, learningRate: session.learningRate(step - 1))
        }
        status.loss = loss
        status.validationAccuracy = standing?.accuracy
        looksSinceBest += 1
        if let standing, best.map({ standing > $0.standing }) ?? true {
          best = (step, standing, session.network.snapshot)
          looksSinceBest = 0
        }
      }
      report(status)
      if shouldStop() { return nil }
      if step <= options.headSteps { looksSinceBest = 0 }
      if best != nil, let patience = options.patience, looksSinceBest >= patience { break }
    }
    if let best { session.network.restore(best.weights) }

    let probabilities = session.probabilities(of: parts.test)
    let predictions = probabilities.argmax(along: 1).ints
    let truth = parts.test.compactMap { problem.labels[$0] }
    return FineTuningResult(
      probabilities: probabilities, testImages: parts.test, predictions: predictions,
      accuracy: Metrics.accuracy(predictions, truth),
      balancedAccuracy: Metrics.balancedAccuracy(predictions, truth),
      step: best?.step ?? status.step, stepsDone: status.step,
      validationAccuracy: best?.standing.accuracy, trainImages: parts.fit, recipe: session.recipe,
      network: session.network)
  }
}
