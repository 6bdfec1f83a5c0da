import Augment
import Backbones
import Pretext
import TestSupport
import Testing
import Torch
import TorchNN

/// What every method promises, whichever it is.
@Suite struct MethodTests {
  /// A method on a tiny backbone that it takes, with small heads.
  struct Case: CustomTestStringConvertible {
    var method: String
    var backbone: String
    var testDescription: String { "\(method) on \(backbone)" }
  }

  static let cases = Registry.tasks.map { $0.card }.flatMap { card in
    card.backbones.map {
      Case(method: card.name, backbone: $0 == .vit ? "vit-micro:patch=8" : "resnet18:width=2")
    }
  }

  /// Heads that cost no time.
  static let small: [String: JSONValue] = [
    "hidden": .number(24), "output": .number(12), "width": .number(24), "bottleneck": .number(8),
    "decoderWidth": .number(24), "decoderDepth": .number(1), "decoderHeads": .number(2),
    "locals": .number(2),
  ]

  static func make(_ test: Case, images: Int = 64) throws -> (any PretextTask, ViewPlan) {
    let type = try #require(try Registry.task(test.method))
    let known = Set(try #require(Registry.defaults(of: test.method)).map(\.name))
    let options = small.filter { known.contains($0.key) }
    let task = try type.make(
      changing: options, tinyContext(test.backbone, imageSize: 16, images: images))
    return (task, try type.views(changing: options, imageSize: 16))
  }

  /// Views as the plan asks for, of noise, from anywhere in the image.
  static func views(_ plan: ViewPlan, seed: UInt64 = 2) -> Views {
    let random = RandomStream(seed: seed)
    let places = RandomStream(seed: seed, "places")
    return Views(
      images: plan.views.map { random.normal([8, 3, $0.size, $0.size]).channelsLast() },
      boxes: plan.views.map { _ in
        concatenated(
          [places.uniform([8, 2], to: 0.5), places.uniform([8, 2], from: 0.2, to: 0.5)], along: 1)
      },
      flips: plan.views.map { _ in places.bernoulli([8, 2], 0.5) }, indices: .range(to: 8),
      labels: Tensor([0, 1, 2, 0, 1, 2, 0, 1]))
  }

  static func begin(_ task: any PretextTask, _ plan: ViewPlan, on device: Device = .cpu) {
    task.beforeEpoch(
      firstStep,
      DatasetPass { network in
        withoutGradient {
          concatenated(
            (0..<8).map { network(views(plan, seed: UInt64($0)).images[0].to(device)) })
        }
      })
  }

  @Test(arguments: cases)
  func trainsEveryParameterThatIsNotFrozenAndNoTeacher(_ test: Case) throws {
    let (task, plan) = try Self.make(test)
    Self.begin(task, plan)
    // Past the part of the run in which prototypes are frozen.
    let progress = StepProgress(step: 5, steps: 10, stepsPerEpoch: 8)
    let loss = task.loss(Self.views(plan), progress)
    #expect(loss.value.count == 1 && loss.value.scalar.isFinite)
    #expect(loss.features.shape == [8, task.backbone.features])
    loss.value.backward()
    for (name, parameter) in task.parameters {
      let isTeacher = name.hasPrefix("teacher.")
      #expect(
        parameter.value.requiresGradient || isTeacher || name.contains("pos_embed")
          || name.contains("patch_embed"), "\(name) is frozen")
      // MAE's class token is read by no pixel, and DINO's head has a bottleneck of its own.
      #expect(
        (parameter.value.gradient != nil) == parameter.value.requiresGradient, "\(name)")
    }
  }

  // The targets of DINO and its kin sharpen and their centre moves; TiCo's covariance fills in the
  // first twenty steps; VISReg's shape shrinks what is as spread as eight images can be.
  @Test(
    arguments: cases.filter {
      !["dino", "ibot", "dinov2", "tico", "visreg"].contains($0.method)
    })
  func learnsOnOneBatch(_ test: Case) throws {
    let (task, plan) = try Self.make(test)
    let optimizer = Optimizer(.adamW(weightDecay: 0), task.parameters)
    let views = Self.views(plan)
    Self.begin(task, plan)
    var losses: [Double] = []
    for step in 0..<30 {
      let progress = StepProgress(step: step, steps: 100, stepsPerEpoch: 100)
      let loss = task.loss(views, progress)
      optimizer.clearGradients()
      loss.value.backward()
      optimizer.step(learningRate: 1e-3)
      withoutGradient { task.afterStep(progress) }
      losses.append(loss.value.scalar)
    }
    let (first, last) = (losses[0...4].reduce(0, +), losses[25...].reduce(0, +))
    #expect(last < first, "\(losses)")
  }

  /// Masks, noise, tiles and negatives are drawn for each place in the batch.
  static let drawsByPlace: Set = [
    "mae", "ibot", "dinov2", "simmim", "denoising-autoencoder", "maskfeat", "aim", "i-jepa",
    "data2vec", "relative-location", "jigsaw", "pirl",
  ]

  @Test(arguments: cases.filter { !drawsByPlace.contains($0.method) })
  func doesNotDependOnTheOrderOfTheBatch(_ test: Case) throws {
    let (task, plan) = try Self.make(test)
    let (same, _) = try Self.make(test)
    for task in [task, same] { Self.begin(task, plan) }
    let views = Self.views(plan)
    let order = Tensor([3, 1, 7, 0, 2, 6, 5, 4])
    var permuted = views
    permuted.images = views.images.map { $0.rows(order).channelsLast() }
    permuted.boxes = views.boxes.map { $0.rows(order) }
    permuted.flips = views.flips.map { $0.rows(order) }
    permuted.indices = views.indices.rows(order)
    permuted.members = views.members.rows(order)
    permuted.labels = views.labels?.rows(order)
    let (a, b) = (task.loss(views, firstStep), same.loss(permuted, firstStep))
    #expect(isClose(a.value, b.value, tolerance: 2e-4), "\(a.value.scalar) \(b.value.scalar)")
    #expect(isClose(a.features.rows(order), b.features, tolerance: 1e-3))
  }

  // MoCo's queues differ between the views, masks go by view, and the views of ReSSL, MSN, TiCo,
  // SMoG and PIRL have roles of their own; the others treat both alike.
  @Test(
    arguments: cases.filter {
      !["moco-v2", "ibot", "dinov2", "ressl", "msn", "pmsn", "tico", "smog", "pirl"].contains(
        $0.method)
    })
  func doesNotDependOnWhichViewComesFirst(_ test: Case) throws {
    let (task, plan) = try Self.make(test)
    if plan.groups[0].size != plan.views.dropFirst().first?.size { return }
    let (same, _) = try Self.make(test)
    for task in [task, same] { Self.begin(task, plan) }
    let views = Self.views(plan)
    var swapped = views
    swapped.images.swapAt(0, 1)
    swapped.boxes.swapAt(0, 1)
    swapped.flips.swapAt(0, 1)
    let (a, b) = (task.loss(views, firstStep), same.loss(swapped, firstStep))
    #expect(isClose(a.value, b.value, tolerance: 2e-4), "\(a.value.scalar) \(b.value.scalar)")
  }

  @Test(arguments: cases)
  func aTeacherBeginsAsItsStudentAndFollowsIt(_ test: Case) throws {
    let (task, plan) = try Self.make(test)
    let teacher = task.parameters.filter { $0.name.hasPrefix("teacher.backbone.") }
    if teacher.isEmpty { return }
    let student = task.backbone.parameters.map(\.parameter.value)
    #expect(zip(teacher, student).allSatisfy { isClose($0.parameter.value, $1, tolerance: 1e-9) })
    Self.begin(task, plan)
    let optimizer = Optimizer(.sgd(weightDecay: 0), task.parameters)
    task.loss(Self.views(plan), firstStep).value.backward()
    optimizer.step(learningRate: 0.1)
    let before = teacher.map { $0.parameter.value.copy() }
    withoutGradient { task.afterStep(firstStep) }
    // Ten steps: the momentum is at most 1 − 10/10, so the teacher is the student.
    #expect(zip(teacher, student).allSatisfy { isClose($0.parameter.value, $1, tolerance: 1e-6) })
    #expect(!zip(teacher, before).allSatisfy { isClose($0.parameter.value, $1, tolerance: 1e-9) })
  }

  @Test func aMethodThatTakesATransformerApartRefusesAConvNet() throws {
    let error = #expect(throws: PretextError.self) {
      try MAE.make(changing: [:], tinyContext("resnet18:width=2"))
    }
    let message = "\(try #require(error))"
    #expect(message.hasPrefix("mae: needs a ViT backbone, such as --backbone vit-micro;"))
    #expect(message.contains("resnet18 is a ConvNet"))
  }
}
