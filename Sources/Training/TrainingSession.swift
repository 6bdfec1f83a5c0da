import Augment
import Pretext
import Torch
import TorchNN

/// What one sitting of training holds: the task on its device, its optimiser, its images.
struct TrainingSession {
  let task: any PretextTask
  let optimizer: Optimizer
  let recipe: Recipe
  let steps: Int
  private let configuration: RunConfiguration
  private let store: DeviceStore
  private let indices: [Int]
  private let batch: Int
  private let augmenter: Augmenter
  private var sampler: EpochSampler

  init(
    _ task: any PretextTask, _ configuration: RunConfiguration, store: DeviceStore,
    indices: [Int], batch: Int, steps: Int
  ) {
    self.task = task
    self.configuration = configuration
    self.store = store
    self.indices = indices
    self.batch = batch
    self.steps = steps
    task.move(to: store.device)
    task.useChannelsLast()
    task.train()
    sampler = EpochSampler(count: indices.count, batch: batch, seed: configuration.seed)
    recipe = Recipe.resolve(
      configuration.recipe, card: type(of: task).card, backbone: configuration.backbone,
      imageSize: configuration.imageSize, batch: batch, steps: steps)
    optimizer = Optimizer(recipe.optimizer, task.parameters)
    augmenter = Augmenter(
      store: store, plan: Self.views(of: task, configuration),
      seed: configuration.seed)
  }

  var stepsPerEpoch: Int { sampler.stepsPerEpoch }

  /// Takes step number `step`. Everything that it draws depends on the seed and the step alone.
  mutating func take(_ step: Int) -> PretextLoss {
    let progress = StepProgress(
      step: step, steps: steps, stepsPerEpoch: stepsPerEpoch, seed: configuration.seed)
    if step % stepsPerEpoch == 0 { task.beforeEpoch(progress, wholeSet) }
    Machine.seed(configuration.seed &+ UInt64(step))
    let members = sampler.batch(at: step)
    var views = augmenter.views(of: members.map { indices[$0] }, step: step)
    views.members = Tensor(members).to(store.device)
    let loss = withDraws(from: progress.random("layers")) {
      withAutocast(configuration.precision.dtype, on: store.device) { task.loss(views, progress) }
    }
    optimizer.clearGradients()
    loss.value.backward()
    if let limit = recipe.clip { optimizer.clipGradients(to: limit) }
    optimizer.step(
      learningRate: recipe.learningRate(step), weightDecay: recipe.weightDecay?(step))
    withoutGradient { task.afterStep(progress) }
    return loss
  }

  /// The loss of images as the task stands after `step` steps, on the same views every time. Nothing
  /// is learnt from them: queues, statistics and draws are as before afterwards.
  func loss(of images: [Int], after step: Int) -> Double {
    let state = Dictionary(
      uniqueKeysWithValues: task.state.map { ($0.name, $0.tensor.copy()) })
    defer {
      do {
        try task.load(state)
      } catch {
        preconditionFailure("TrainingSession: \(error)")
      }
    }
    let progress = StepProgress(
      step: min(step, steps - 1), steps: steps, stepsPerEpoch: stepsPerEpoch,
      seed: configuration.seed)
    Machine.seed(configuration.seed)
    let views = augmenter.views(of: images, step: steps)
    return withoutGradient {
      withDraws(from: RandomStream(seed: configuration.seed, "held out")) {
        withAutocast(configuration.precision.dtype, on: store.device) {
          task.loss(views, progress).value.to(.float32).scalar
        }
      }
    }
  }

  /// The views that a task wants, made to suit the images.
  static func views<Task: PretextTask>(
    of task: Task, _ configuration: RunConfiguration
  ) -> ViewPlan {
    Task.views(
      task.options, imageSize: configuration.imageSize, adjustment: configuration.augment)
  }

  /// A pass over the training images without augmentation, for methods that cluster them. Batch
  /// statistics are the batch's own, as in training: before the first epoch there are no others.
  private var wholeSet: DatasetPass {
    DatasetPass { network in
      withoutGradient {
        concatenated(
          stride(from: 0, to: indices.count, by: batch).map { start in
            let part = Array(indices[start..<min(start + batch, indices.count)])
            let images = store.evaluationBatch(indices: part, size: configuration.imageSize)
            return withAutocast(configuration.precision.dtype, on: store.device) {
              network(images).to(.float32)
            }
          })
      }
    }
  }
}
