import Augment
import Backbones
import Torch
import TorchNN

/// What a fine-tuning holds while it runs: the network on its device, its optimisers, its images.
struct FineTuningSession {
  let network: FineTunedNetwork
  let recipe: FineTuningRecipe
  private let options: FineTuning.Options
  private let problem: FineTuning.Problem
  private let parts: FineTuningParts
  private let columns: [Int: Int]
  private let batch: Int
  private let loss: ClassLoss
  private let augmenter: Augmenter
  private var sampler: EpochSampler
  private let headOptimizer: Optimizer
  private let optimizer: Optimizer

  init(
    _ options: FineTuning.Options, _ problem: FineTuning.Problem, _ parts: FineTuningParts
  ) {
    self.options = options
    self.problem = problem
    self.parts = parts
    let device = problem.store.device
    batch = min(options.batch, parts.fit.count)
    let labels = parts.fit.compactMap { problem.labels[$0] }
    let present = Set(labels).sorted()
    let columns = Dictionary(uniqueKeysWithValues: zip(present, present.indices))
    self.columns = columns
    let network = FineTunedNetwork(
      copying: problem.backbone, present: present, classes: problem.classes, seed: problem.seed,
      device: device)
    let recipe =
      options.recipe ?? .standard(for: network.backbone.spec, batch: batch)
    loss = ClassLoss(
      options.classWeighting, labels: labels.compactMap { columns[$0] }, classes: present.count,
      smoothing: options.labelSmoothing, device: device)
    augmenter = Augmenter(
      store: problem.store, plan: .one(size: problem.imageSize, options.augmentation),
      seed: problem.seed)
    sampler = EpochSampler(count: parts.fit.count, batch: batch, seed: problem.seed)
    headOptimizer = Optimizer(.adamW(weightDecay: 0), network.head.parameters)
    optimizer = recipe.makeOptimizer(of: network)
    network.train(false)
    (self.network, self.recipe) = (network, recipe)
  }

  /// The learning rate of the head at step number `step`.
  func learningRate(_ step: Int) -> Double {
    let (first, rest) = (options.headSteps, options.steps - options.headSteps)
    return step < first
      ? recipe.schedule(peak: options.headLearningRate, steps: first)(step)
      : recipe.schedule(peak: recipe.learningRate, steps: rest)(step - first)
  }

  /// Takes step number `step` and gives its loss. Everything that it draws depends on the seed and the
  /// step alone.
  mutating func take(_ step: Int) -> Tensor {
    let headAlone = step < options.headSteps
    if headAlone == network.backbone.isTraining {
      if headAlone { network.train(false) } else { network.learn(batch: batch) }
    }
    let images = sampler.batch(at: step).map { parts.fit[$0] }
    let view = augmenter.views(of: images, step: step).images[0]
    let device = problem.store.device
    let labels = Tensor(images.compactMap { problem.labels[$0].flatMap { columns[$0] } })
      .to(device)
    let value = withDraws(from: RandomStream(seed: problem.seed, "fine-tune.layers", step)) {
      withAutocast(problem.precision, on: device) {
        let features =
          headAlone ? withoutGradient { network.backbone(view) } : network.backbone(view)
        let scores = network.head(features)
        return withoutAutocast(on: device) { loss(scores.to(.float32), labels) }
      }
    }
    let optimizer = headAlone ? headOptimizer : optimizer
    optimizer.clearGradients()
    value.backward()
    optimizer.step(learningRate: learningRate(step))
    return value.detached()
  }

  /// How well the network does on images held out: the better, the larger.
  struct Standing: Comparable {
    /// Accuracy, or balanced accuracy where classes are weighted so.
    var score: Double
    /// The mean cross-entropy, which parts equal scores: few images make many of them.
    var loss: Double
    var accuracy: Double

    static func < (a: Standing, b: Standing) -> Bool {
      a.score == b.score ? a.loss > b.loss : a.score < b.score
    }
  }

  /// Looks at the images held out; `nil` if there are none.
  func standing() -> Standing? {
    if parts.held.isEmpty { return nil }
    let found = probabilities(of: parts.held)
    let truth = parts.held.compactMap { problem.labels[$0] }
    let own = found.gathered(Tensor(truth).unsqueezed(1), along: 1)
    let predictions = found.argmax(along: 1).ints
    let accuracy = Metrics.accuracy(predictions, truth)
    let isBalanced = options.classWeighting == .balanced
    return Standing(
      score: isBalanced ? Metrics.balancedAccuracy(predictions, truth) : accuracy,
      loss: -own.clamped(from: 1e-12).log().mean().scalar, accuracy: accuracy)
  }

  /// Class probabilities `[count, classes]` on the processor. Puts the network into use.
  func probabilities(of images: [Int]) -> Tensor {
    network.train(false)
    return problem.store.features(
      of: images, imageSize: problem.imageSize, precision: problem.precision
    ) { network.probabilities($0) }
  }
}

extension FineTuningRecipe {
  /// An optimiser of all parameters of a network, each at its distance's rate.
  func makeOptimizer(of network: FineTunedNetwork) -> Optimizer {
    Optimizer(optimizer, network.parameters) { name in
      guard name.hasPrefix("backbone.") else { return 1 }
      return rateFactor(network.backbone, parameter: String(name.dropFirst("backbone.".count)))
    }
  }
}
