public import Augment
public import Backbones
public import Torch
public import TorchNN

/// DINO: "Emerging Properties in Self-Supervised Vision Transformers", Caron, Touvron, Misra, Jégou,
/// Mairal, Bojanowski and Joulin, ICCV 2021 (arXiv 2104.14294), algorithm 1.
public final class DINO: Module, PretextTask {
  /// Hyper-parameters; defaults are solo-learn's for CIFAR-10.
  public struct Options: MethodOptions {
    /// τ of the student.
    public var studentTemperature = 0.1
    /// τ of the teacher after its warm-up.
    public var teacherTemperature = 0.07
    /// τ of the teacher at the beginning.
    public var warmUpTeacherTemperature = 0.04
    /// The share of the run in which the teacher's τ rises: 50 epochs of 1000.
    public var temperatureWarmUp = 0.05
    /// The teacher's momentum at the beginning; it ends at 1.
    public var momentum = 0.9995
    /// The centre's momentum.
    public var centreMomentum = 0.9
    /// The share of the run in which the last layer stays as it is: 1 epoch of 1000.
    public var freeze = 0.001
    /// Outputs of the head; at most a tenth of the images.
    public var prototypes = 4096
    /// Width of the head's hidden layers.
    public var hidden = 2048
    /// Width of the head's bottleneck.
    public var bottleneck = 256
    /// Whether a ConvNet's head has batch normalisation; a transformer's never has (section 3.2).
    public var normalisesHead = true
    /// Small crops of each image, beside the two large ones. Libraries take none of images of 32
    /// pixels, of which they would show a few; the recipe for large images takes 8.
    public var locals = 0
    /// Whether views are blurred.
    public var blur = false
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "dino", title: "DINO", role: .selfSupervised(.selfDistillation),
    paper: .init(
      title: "Emerging Properties in Self-Supervised Vision Transformers",
      authors: "Caron, Touvron, Misra et al.", year: 2021, venue: "ICCV, arXiv 2104.14294"),
    learnsFrom: "From one view the student predicts how a slowly moving teacher distributes "
      + "another over its outputs; centring and sharpening keep the teacher from saying always the "
      + "same. Small crops may help the student.",
    loss: "−Σ softmax((t − c)/τₜ) · log softmax(s/τₛ), over all pairs of a large and another view",
    needs:
      "Any batch from 64 on; a second copy of the network; with small crops, ten views an image.",
    lowData:
      "The strongest of the four in transfer, under corruption and imbalance and in medicine "
      + "and security with 50,000 to 300,000 images (Konstantakos et al. 2025, 2023 tables).",
    recipes: [
      PublishedRecipe(
        source: "solo-learn, CIFAR-10, ResNet-18", optimizer: .lars(weightDecay: 1e-6),
        learningRate: 0.3, warmUpEpochs: 10, epochs: 1000, batch: 256,
        options: ["normalisesHead": .bool(false)]),
      PublishedRecipe(
        source: "Caron et al. 2021, ImageNet, section 3.3, ViT-S/16", images: .large,
        optimizer: .adamW(weightDecay: 0.04), finalWeightDecay: 0.4, learningRate: 5e-4,
        warmUpEpochs: 10, epochs: 100, batch: 1024, clip: 3,
        options: [
          "momentum": .number(0.996), "temperatureWarmUp": .number(0.3),
          "freeze": .number(0.01), "prototypes": .number(65536), "locals": .number(8),
          "blur": .bool(true),
        ]),
    ],
    revision: 2)

  /// The student.
  public let backbone: Backbone
  private let head: DINOHead
  private let teacher: Teacher
  private let centre: Buffer
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds heads, the teacher and the centre.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    self.options = options
    backbone = context.backbone
    let outputs = context.prototypeCount(options.prototypes)
    let normalises = options.normalisesHead && !context.spec.architecture.isViT
    func makeHead() -> DINOHead {
      DINOHead(
        context.backbone.features, hidden: options.hidden, bottleneck: options.bottleneck,
        output: outputs, normalises: normalises, random: context.random)
    }
    head = makeHead()
    teacher = Teacher(context, following: head, head: makeHead())
    centre = Buffer(.zeros([1, outputs]))
  }

  /// The teacher's network, which the paper evaluates.
  public var pretrained: Backbone { teacher.backbone }

  /// Two large crops and small ones, BYOL's colours.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .dino(
      size: imageSize, locals: options.locals, split: options.locals == 0 ? 0.08 : 0.4,
      blur: options.blur)
  }

  /// The student's views against the teacher's large ones.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let large = concatenated(Array(views.images.prefix(2)))
    var features: [Tensor] = []
    let student = perView(views.images) { images in
      let h = backbone(images)
      features.append(h)
      return head(h, frozen: progress.share < options.freeze)
    }
    let (t0, t1) = teacher(large).halves()
    let value = dinoLoss(
      teacher: [t0, t1], student: student, centre: centre.value,
      teacherTemperature: risingTemperature(
        from: options.warmUpTeacherTemperature, to: options.teacherTemperature,
        over: options.temperatureWarmUp, progress),
      studentTemperature: options.studentTemperature)
    withoutGradient {
      let mean = ((t0 + t1) / 2).mean(over: 0, keepingAxes: true)
      centre.value = mean.lerp(to: centre.value, options.centreMomentum)
    }
    let (h0, h1) = features[0].halves()
    return PretextLoss(value, features: h0, partners: h1)
  }

  /// Moves the teacher.
  public func afterStep(_ progress: StepProgress) {
    teacher.follow(momentum: teacherMomentum(from: options.momentum, progress))
  }
}

/// DINO's loss (Caron et al. 2021, eq. 3): the cross-entropy of the student's distribution for each
/// view with the teacher's for each large view but the same, averaged over pairs and images.
/// - Parameters:
///   - teacher: one `[N, K]` a large view, without gradients.
///   - student: one `[N, K]` a view, the large ones first, in the same order.
///   - centre: `[1, K]`, taken off the teacher's outputs.
public func dinoLoss(
  teacher: [Tensor], student: [Tensor], centre: Tensor, teacherTemperature: Double,
  studentTemperature: Double
) -> Tensor {
  withoutAutocast(on: centre.device) {
    let targets = teacher.map {
      (($0.detached().to(.float32) - centre) / teacherTemperature).softmax()
    }
    let scores = student.map { $0.to(.float32) / studentTemperature }
    return swavLoss(scores, codes: targets, temperature: 1)
  }
}
