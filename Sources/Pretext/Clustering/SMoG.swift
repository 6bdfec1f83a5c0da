public import Augment
public import Backbones
public import Torch
public import TorchNN

/// SMoG: "Unsupervised Visual Representation Learning by Synchronous Momentum Grouping", Pang,
/// Zhang, Li, Cai and Lu, ECCV 2022 (arXiv 2207.06167), in lightly's formulation.
///
/// Two things differ from lightly's. Embeddings have length 1 before groups move towards them, as
/// the groups have that k-means finds. And the groups begin as clusters of a pass over the images,
/// not at random, where few would be chosen until the first renewal.
public final class SMoG: Module, PretextTask, Prototyped {
  /// Hyper-parameters; defaults are lightly's for CIFAR-10.
  public struct Options: MethodOptions {
    /// τ of the predictions.
    public var temperature = 0.1
    /// Groups; at most a tenth of the images.
    public var prototypes = 300
    /// β, how much of a group stays when embeddings come.
    public var groupMomentum = 0.99
    /// The teacher's momentum.
    public var momentum = 0.99
    /// Steps after which groups are found anew and the teacher begins again as its student.
    public var interval = 300
    /// Embeddings of the last steps in which the groups are found; fewer where images or steps are
    /// few.
    public var queue = 10_000
    /// Rounds of k-means.
    public var iterations = 10
    /// Width of the hidden layers of projector and predictor.
    public var hidden = 2048
    /// Width of the embedding.
    public var output = 128
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "smog", title: "SMoG", role: .selfSupervised(.clustering),
    secondary: [.selfDistillation],
    paper: .init(
      title: "Unsupervised Visual Representation Learning by Synchronous Momentum Grouping",
      authors: "Pang, Zhang, Li, Cai, Lu", year: 2022, venue: "ECCV, arXiv 2207.06167"),
    learnsFrom: "From one view it predicts the group that a slowly moving copy of the network puts "
      + "the other view into; the groups move along in every step.",
    loss: "−log softmax(q(z)·G/τ)_c, c the group nearest to z′, G ← β·G + (1 − β)·mean of its z",
    needs: "Batches of 64 or more for its batch statistics; a second copy of the network. One view "
      + "is learnt from in each step, in turns.",
    lowData: "Not in the study of Konstantakos et al. (2025). With few images there are few "
      + "groups.",
    recipes: [
      PublishedRecipe(
        source: "lightly, CIFAR-10, ResNet-18 (lr 0.01 for 128 images)",
        optimizer: .sgd(weightDecay: 1e-6), learningRate: 0.02, warmUpEpochs: 0, epochs: 200,
        batch: 128),
      PublishedRecipe(
        source: "lightly, CIFAR-10, ResNet-18, taken over for larger images with the paper's 3000 "
          + "groups and lightly's blur",
        images: .large, optimizer: .sgd(weightDecay: 1e-6), learningRate: 0.02, warmUpEpochs: 0,
        epochs: 200, batch: 128, options: ["prototypes": .number(3000), "blur": .bool(true)]),
    ],
    revision: 1)

  /// The network being pretrained.
  public let backbone: Backbone
  private let projector: Sequential
  private let predictor: Sequential
  private let teacher: Teacher
  /// One row a group, `[K, D]`.
  private let groups: Buffer
  private let queue: FeatureQueue
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds projector, predictor, teacher, groups and a queue of embeddings.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    guard options.interval > 0 else {
      throw .option(method: "smog", "interval is \(options.interval); give 1 or more")
    }
    self.options = options
    backbone = context.backbone
    func head() -> Sequential {
      ProjectionHead.perceptron(
        [context.backbone.features, options.hidden, options.output], normalisesOutput: true,
        random: context.random)
    }
    projector = head()
    predictor = ProjectionHead.perceptron(
      [options.output, options.hidden, options.output], random: context.random)
    teacher = Teacher(context, following: projector, head: head())
    let count = context.prototypeCount(options.prototypes)
    groups = Buffer(context.random.normal([count, options.output]).normalized())
    // No longer than what is seen between two renewals, but several embeddings for each group.
    let length = min(context.queueLength(options.queue), options.interval * context.batch)
    queue = FeatureQueue(max(length, 4 * count), options.output, random: context.random)
  }

  /// Two crops of at least a fifth in BYOL's colours, the second solarised now and then.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    func group(blur: Double, solarize: Double) -> ViewGroup {
      var recipe = Augmentation.byolView(
        blur: options.blur ? blur : 0, solarize: solarize, scale: 0.2...1)
      recipe.jitter?.probability = 1
      return ViewGroup(size: imageSize, augmentation: recipe)
    }
    return ViewPlan([group(blur: 0.5, solarize: 0), group(blur: 0.1, solarize: 0.2)])
  }

  /// Begins with clusters of all images.
  public func beforeEpoch(_ progress: StepProgress, _ pass: DatasetPass) {
    if progress.epoch > 0 { return }
    renew(from: pass { projector(backbone($0)).to(.float32).normalized() }, progress)
  }

  /// One view predicts the other's group; from step to step they take turns.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let turn = progress.step % 2
    let h = backbone(views.images[turn])
    let output = projector(h)
    let prediction = predictor(output)
    let (partners, target) = withoutGradient {
      let h = teacher.backbone(views.images[1 - turn])
      return (h, teacher.head(h))
    }
    let z = output.to(.float32).normalized()
    let assignments = nearestGroups(target, groups.value)
    let moved = movedGroups(groups.value, towards: z, momentum: options.groupMomentum)
    let value = groupLoss(
      prediction, groups: moved, assignments: assignments, temperature: options.temperature)
    groups.value = moved.detached()
    queue.push(z)
    return PretextLoss(value, features: h, partners: partners)
  }

  /// Cosines with the groups.
  public func prototypeScores(of images: Tensor) -> Tensor {
    withoutGradient { cosines(projector(backbone(images)), groups.value) }
  }

  /// Moves the teacher, or begins again with the student and clusters of what it last said.
  public func afterStep(_ progress: StepProgress) {
    if (progress.step + 1) % options.interval == 0 {
      renew(from: queue.embeddings, progress)
      teacher.follow(momentum: 0)
    } else {
      teacher.follow(
        momentum: teacherMomentum(from: options.momentum, to: options.momentum, progress))
    }
  }

  private func renew(from embeddings: Tensor, _ progress: StepProgress) {
    withoutGradient {
      groups.value =
        SphericalKMeans.cluster(
          embeddings, count: groups.value.size(0), iterations: options.iterations,
          random: progress.random("groups")
        ).centroids
    }
  }
}
