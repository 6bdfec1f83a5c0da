import Augment
import Backbones
import Pretext
import Testing
import Torch
import TorchNN

/// A context around a tiny network.
func tinyContext(
  _ text: String = "resnet18:width=2", imageSize: Int = 16, images: Int = 32, classes: Int = 3,
  steps: Int = 10
) throws -> PretextContext {
  let spec = try BackboneSpec(text, imageSize: imageSize)
  return PretextContext(
    backbone: spec.make(random: RandomStream(seed: 1, "backbone")), spec: spec,
    imageSize: imageSize, imageCount: images, classCount: classes, batch: 8, steps: steps,
    random: RandomStream(seed: 1, "head"))
}

/// Views of noise.
func noiseViews(_ count: Int, batch: Int = 8, size: Int = 16, labels: Tensor? = nil) -> Views {
  let random = RandomStream(seed: 2)
  return Views(
    images: (0..<count).map { _ in random.normal([batch, 3, size, size]).channelsLast() },
    boxes: [], flips: [], indices: .range(to: Double(batch)), labels: labels)
}

let firstStep = StepProgress(step: 0, steps: 10, stepsPerEpoch: 4)

@Suite struct SimCLRTests {
  @Test func asksForTwoViewsOfThePapersRecipe() {
    let plan = SimCLR.views(SimCLR.Options(), imageSize: 32)
    #expect(plan == .two(size: 32, .simCLRForSmallImages))
  }

  @Test func givesEveryParameterAGradient() throws {
    let task = try SimCLR(SimCLR.Options(), tinyContext())
    let loss = task.loss(noiseViews(2), firstStep)
    loss.value.backward()
    #expect(loss.features.shape == [8, task.backbone.features])
    for (name, parameter) in task.parameters {
      #expect(parameter.value.gradient != nil, "\(name)")
    }
  }

  @Test func keepsTheBackboneUnderItsOwnName() throws {
    let task = try SimCLR(SimCLR.Options(), tinyContext())
    let names = task.state.map(\.name)
    #expect(names.first == "backbone.conv1.weight")
    #expect(names.contains("projector.0.weight") && names.contains("projector.3.bias"))
    #expect(names.count(where: { $0.hasPrefix("backbone.") }) == task.backbone.state.count)
  }

  @Test func learnsToTellEightImagesApart() throws {
    let task = try SimCLR(SimCLR.Options(), tinyContext())
    let optimizer = Optimizer(.adamW(weightDecay: 0), task.parameters)
    let views = noiseViews(2)
    let first = task.loss(views, firstStep).value.scalar
    for _ in 0..<15 {
      let loss = task.loss(views, firstStep)
      optimizer.clearGradients()
      loss.value.backward()
      optimizer.step(learningRate: 1e-3)
    }
    #expect(task.loss(views, firstStep).value.scalar < first - 0.5)
  }

  @Test func refusesATemperatureOfZero() throws {
    var options = SimCLR.Options()
    options.temperature = 0
    #expect(throws: PretextError.self) { try SimCLR(options, tinyContext()) }
  }

  @Test func worksOnATransformerToo() throws {
    let task = try SimCLR(SimCLR.Options(), tinyContext("vit-tiny:patch=8"))
    task.loss(noiseViews(2), firstStep).value.backward()
    #expect(task.parameters.allSatisfy { $0.parameter.value.gradient != nil })
  }
}

@Suite struct SupervisedTests {
  @Test func needsClasses() throws {
    #expect(throws: PretextError.self) {
      try Supervised(Supervised.Options(), tinyContext(classes: 0))
    }
  }

  @Test func givesEveryParameterAGradientAndCountsItsHits() throws {
    let task = try Supervised(Supervised.Options(), tinyContext())
    let labels = Tensor([0, 1, 2, 0, 1, 2, 0, 1])
    let loss = task.loss(noiseViews(1, labels: labels), firstStep)
    loss.value.backward()
    #expect(task.parameters.allSatisfy { $0.parameter.value.gradient != nil })
    let accuracy = try #require(loss.diagnostics.first { $0.name == "accuracy" }).value.scalar
    #expect((0...1).contains(accuracy))
  }
}
