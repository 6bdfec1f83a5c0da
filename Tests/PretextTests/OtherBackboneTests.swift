import Augment
import Backbones
import TestSupport
import Testing
import Torch
import TorchNN

@testable import Pretext

/// Methods on ConvNeXt and on transformers with registers, where they look inside the network.
@Suite struct OtherBackboneTests {
  static let convNeXt = [
    "simclr", "byol", "dino", "swav", "densecl", "vicregl", "pirl", "jigsaw", "context-encoder",
    "colorization",
  ].map { MethodTests.Case(method: $0, backbone: "convnext-atto:width=4,droppath=0.1") }

  static let registers = Registry.cards.filter {
    $0.backbones == [.vit] || ["simclr", "byol", "moco-v3", "colorization"].contains($0.name)
  }.map {
    MethodTests.Case(method: $0.name, backbone: "vit-micro:patch=8,registers=2,layerscale=0.1")
  }

  @Test(arguments: convNeXt + registers)
  func trainsTheWholeBackbone(_ test: MethodTests.Case) throws {
    let (task, plan) = try MethodTests.make(test)
    MethodTests.begin(task, plan)
    let loss = task.loss(MethodTests.views(plan), firstStep)
    #expect(loss.value.count == 1 && loss.value.scalar.isFinite)
    #expect(loss.features.shape == [8, task.backbone.features])
    loss.value.backward()
    // These read feature maps alone, so that the norm of what is pooled keeps its beginning.
    let readsMaps = ["context-encoder", "colorization"].contains(test.method)
    for (name, parameter) in task.backbone.parameters where parameter.value.requiresGradient {
      if readsMaps, name.hasPrefix("head.norm") { continue }
      #expect(parameter.value.gradient != nil, "\(name)")
    }
  }

  @Test(arguments: ["convnext-atto:width=4", "vit-micro:patch=8,registers=2,droppath=0.2"])
  func learnsOnOneBatch(_ backbone: String) throws {
    let (task, plan) = try MethodTests.make(.init(method: "simclr", backbone: backbone))
    let optimizer = Optimizer(.adamW(weightDecay: 0), task.parameters)
    let views = MethodTests.views(plan)
    var losses: [Double] = []
    for step in 0..<30 {
      let progress = StepProgress(step: step, steps: 100, stepsPerEpoch: 100)
      let loss = withDraws(from: progress.random("layers")) { task.loss(views, progress) }
      optimizer.clearGradients()
      loss.value.backward()
      optimizer.step(learningRate: 1e-3)
      losses.append(loss.value.scalar)
    }
    #expect(losses[25...].reduce(0, +) < losses[0...4].reduce(0, +), "\(losses)")
  }

  @Test func aTeachersTargetsDropNothing() throws {
    let (task, plan) = try MethodTests.make(
      .init(method: "byol", backbone: "vit-micro:patch=8,droppath=0.9"))
    let teacher = try #require(task.children.first { $0.name == "teacher" }?.module as? Teacher)
    let images = MethodTests.views(plan).images[0]
    withDraws(from: RandomStream(seed: 1)) {
      let first = withoutGradient { teacher.backbone(images) }
      #expect(withoutGradient { teacher.backbone(images) }.bytes == first.bytes)
      #expect(task.backbone(images).bytes != first.bytes)
    }
  }

  @Test(arguments: [0, 2]) func aimSeesNothingOfThePatchThatItPredictsLast(registers: Int) throws {
    let context = try tinyContext("vit-micro:patch=8,registers=\(registers)")
    let task = try AIM.make(
      changing: [
        "normalisesPatches": .bool(false), "decoderWidth": .number(24), "decoderDepth": .number(1),
      ], context)
    let random = RandomStream(seed: 2)
    let images = random.normal([4, 3, 16, 16])
    let change = Tensor.zeros(images.shape)
    change.sliced(8..<16, along: 2).sliced(8..<16, along: 3).assign(random.normal([4, 3, 8, 8]))
    func loss(_ size: Double) -> Double {
      var views = noiseViews(1, batch: 4)
      views.images = [images + change * size]
      return withoutGradient { task.loss(views, firstStep).value.scalar }
    }
    // The last patch is a target and nothing else, so that the loss is a parabola of its pixels.
    func curvature(_ size: Double) -> Double { loss(size) - 2 * loss(0) + loss(-size) }
    #expect(abs(curvature(2) / curvature(1) - 4) < 1e-3)
  }

  @Test func aContextEncoderWantsWholePlacesOfAConvNeXt() throws {
    let error = #expect(throws: PretextError.self) {
      try ContextEncoder.make(changing: [:], tinyContext("convnext-atto:width=4", imageSize: 20))
    }
    #expect("\(try #require(error))".contains("a multiple of 16 pixels"))
  }
}
