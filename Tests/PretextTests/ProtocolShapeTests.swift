import Augment
import Backbones
import Pretext
import TestSupport
import Testing
import Torch
import TorchNN

/// The protocol carries the families to come: each miniature here has the part of a method that
/// strains it most.
@Suite struct ProtocolShapeTests {
  /// BYOL's teacher: same shape, no gradients, follows the student after each step.
  final class Teacher: Module, PretextTask {
    struct Options: MethodOptions {
      var momentum = 0.9
    }
    static let card = miniature("teacher", .selfDistillation)
    let options: Options
    let backbone: Backbone
    let teacher: Backbone

    init(_ options: Options, _ context: PretextContext) throws(PretextError) {
      self.options = options
      backbone = context.backbone
      teacher = context.spec.make(random: RandomStream(seed: 0))
      super.init()
      do { try teacher.load(Dictionary(uniqueKeysWithValues: backbone.state)) } catch {
        throw .unsuitable(method: "teacher", "\(error)")
      }
      teacher.freeze()
    }

    static func views(_ options: Options, imageSize: Int) -> ViewPlan { .byol(size: imageSize) }

    func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
      let student = backbone(views.images[0])
      let target = withoutGradient { teacher(views.images[1]) }
      return PretextLoss((student - target).square().mean(), features: student)
    }

    func afterStep(_ progress: StepProgress) {
      TensorList.lerp(
        teacher.parameters.map(\.parameter.value), to: backbone.parameters.map(\.parameter.value),
        weight: 1 - options.momentum)
    }
  }

  /// DeepCluster's pass over the whole set: labels for every image before each epoch.
  final class Clusters: Module, PretextTask {
    struct Options: MethodOptions {}
    static let card = miniature("clusters", .clustering)
    let options: Options
    let backbone: Backbone
    let assignments: Buffer
    let prototypes: Linear

    init(_ options: Options, _ context: PretextContext) throws(PretextError) {
      self.options = options
      backbone = context.backbone
      assignments = Buffer(.zeros([context.imageCount], dtype: .int64))
      prototypes = Linear(context.backbone.features, 2, random: context.random)
    }

    static func views(_ options: Options, imageSize: Int) -> ViewPlan {
      .multiCrop(
        size: imageSize, locals: 2, split: 0.4, recipes: (.supervised, .supervised, .supervised))
    }

    func beforeEpoch(_ progress: StepProgress, _ pass: DatasetPass) {
      let features = pass { backbone($0) }
      assignments.value = features.argmax(along: 1).to(.float32).clamped(to: 1).to(.int64)
    }

    func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
      let labels = assignments.value.rows(views.members)
      let losses = views.images.map { prototypes(backbone($0)).crossEntropy(labels) }
      return PretextLoss(stacked(losses).mean(), features: backbone(views.images[0]))
    }
  }

  /// RotNet's labels made from the images inside the loss.
  final class Rotations: Module, PretextTask {
    struct Options: MethodOptions {}
    static let card = miniature("rotations", .predictive)
    let options: Options
    let backbone: Backbone
    let head: Linear

    init(_ options: Options, _ context: PretextContext) throws(PretextError) {
      self.options = options
      backbone = context.backbone
      head = Linear(context.backbone.features, 4, random: context.random)
    }

    static func views(_ options: Options, imageSize: Int) -> ViewPlan { .one(size: imageSize) }

    func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
      let image = views.images[0]
      let quarter = image.transposed().flipped(2)
      let half = image.flipped(2, 3)
      let turned = concatenated([image, quarter, half, half.transposed().flipped(2)])
      let labels = Tensor((0..<4).flatMap { Array(repeating: $0, count: image.size(0)) })
      let features = backbone(turned)
      return PretextLoss(
        head(features).crossEntropy(labels), features: features[0..<image.size(0)])
    }
  }

  static func miniature(_ name: String, _ family: Family) -> MethodCard {
    MethodCard(
      name: name, title: name, role: .selfSupervised(family), learnsFrom: "a test", loss: "a test",
      needs: "nothing", lowData: "nothing", revision: 1)
  }

  @Test func aTeacherIsStateButIsNotTrainedAndFollowsTheStudent() throws {
    let task = try Teacher(.init(), tinyContext())
    #expect(task.state.contains { $0.name == "teacher.conv1.weight" })
    let trained = task.parameters.filter(\.parameter.value.requiresGradient).map(\.name)
    #expect(!trained.isEmpty && trained.allSatisfy { $0.hasPrefix("backbone.") })

    let optimizer = Optimizer(.sgd(weightDecay: 0), task.parameters)
    task.loss(noiseViews(2), firstStep).value.backward()
    optimizer.step(learningRate: 0.1)
    let student = try #require(task.backbone.parameters.first).parameter.value
    let teacher = try #require(task.teacher.parameters.first).parameter.value
    let before = teacher.copy()
    withoutGradient { task.afterStep(firstStep) }
    #expect(!isClose(before, student, tolerance: 1e-9))
    #expect(isClose(teacher, before.lerp(to: student.detached(), 0.1)))
  }

  @Test func aPassOverTheSetReachesTheLossThroughIndices() throws {
    let task = try Clusters(.init(), tinyContext(images: 8))
    task.beforeEpoch(firstStep, DatasetPass { network in network(noiseViews(1).images[0]) })
    #expect(task.assignments.value.shape == [8])
    let plan = Clusters.views(.init(), imageSize: 16)
    #expect(plan.views.map(\.size) == [16, 16, 8, 8])
    var views = noiseViews(2)
    views.images += noiseViews(2, size: 8).images
    #expect(task.loss(views, firstStep).value.scalar.isFinite)
  }

  @Test func labelsMadeFromTheImagesNeedNothingOfTheLoop() throws {
    let task = try Rotations(.init(), tinyContext())
    let loss = task.loss(noiseViews(1), firstStep)
    loss.value.backward()
    #expect(abs(loss.value.scalar - 1.386) < 1)
    #expect(task.parameters.allSatisfy { $0.parameter.value.gradient != nil })
  }
}
