import Augment
import Backbones
import TestSupport
import Testing
import Torch
import TorchNN

@testable import Pretext

/// What tasks paint of images of 16 × 16 pixels, for a person to look at.
@Suite struct ReconstructionTests {
  private let images = RandomStream(seed: 3).normal([5, 3, 16, 16])

  /// A task whose last layer says 0.7 of every pixel.
  private func make<Task: Reconstructing>(
    _: Task.Type, _ options: Task.Options, last layer: String
  ) throws -> Task {
    let convNet = Task.card.backbones.contains(.resnet)
    let task = try Task(
      options, tinyContext(convNet ? "resnet18:width=2" : "vit-micro:patch=4", imageSize: 16))
    task.train(false)
    withoutGradient {
      for (name, tensor) in task.state where name.hasPrefix(layer + ".") {
        tensor.assign(.full(tensor.shape, name.hasSuffix("bias") ? 0.7 : 0))
      }
    }
    return task
  }

  private func paint(_ task: any Reconstructing, seed: UInt64 = 1) throws -> (
    made: Reconstruction, hidden: Tensor
  ) {
    let made = task.reconstruction(of: images, random: RandomStream(seed: seed))
    #expect(made.painted.shape == images.shape && made.seen.shape == images.shape)
    return (made, try #require(made.hidden))
  }

  private func small(normalised: Bool) -> MAE.Options {
    var options = MAE.Options()
    (options.decoderWidth, options.decoderDepth, options.decoderHeads) = (24, 1, 2)
    options.normalisesPatches = normalised
    return options
  }

  @Test(arguments: ["mae", "simmim", "context-encoder"])
  func whatIsSeenIsKeptAndTheRestIsDecoded(_ method: String) throws {
    let task: any Reconstructing
    switch method {
    case "mae": task = try make(MAE.self, small(normalised: false), last: "decoder_pred")
    case "simmim": task = try make(SimMIM.self, .init(), last: "decoder")
    // Of its decoder, the last of the convolutions, whose number depends on the backbone.
    default:
      let convolutions = try make(ContextEncoder.self, .init(), last: "none").state
        .filter { $0.name.hasPrefix("decoder.") && $0.tensor.rank == 4 }
      let last = try #require(convolutions.last?.name.split(separator: ".")[1])
      task = try make(ContextEncoder.self, .init(), last: "decoder.\(last)")
    }
    let (made, hidden) = try paint(task)
    let constant = Tensor.full(images.shape, 0.7)
    #expect(isClose(made.painted, hidden.select(constant, else: images), tolerance: 1e-6))
    #expect(isClose(made.seen, images, tolerance: 0) && !made.takesLevels)
    #expect(try paint(task, seed: 2).hidden.to(.float32).bytes != hidden.to(.float32).bytes)
  }

  @Test func whatIsHiddenIsWhatViewsShow() throws {
    let task = try make(MAE.self, small(normalised: true), last: "decoder_pred")
    let view = MaskedView(number: 0, count: 5, size: 16, patch: 4, random: RandomStream(seed: 1))
    let shown = try #require(MAE.hidden(task.options, in: view)).to(.float32)
    let hidden = try paint(task).hidden.to(.float32)
    // 4 × 4 patches; every fourth pixel stands for its patch.
    let corners = Tensor([0, 4, 8, 12])
    #expect(isClose(hidden.rows(corners, along: 2).rows(corners, along: 3), shown, tolerance: 0))
    #expect(abs(hidden.mean().scalar - 0.75) < 1e-6)
  }

  @Test func standardisedPatchesGetBackTheMeanAndDeviationOfTheirOwn() throws {
    let task = try make(MAE.self, small(normalised: true), last: "decoder_pred")
    let (made, hidden) = try paint(task)
    #expect(made.takesLevels)
    let vit = try #require(task.backbone as? VisionTransformer)
    withoutGradient {
      let patches = vit.patches(of: images)
      #expect(isClose(vit.image(of: patches, like: images), images, tolerance: 0))
      #expect(
        isClose(withLevels(of: patches, standardisedPatches(patches)), patches, tolerance: 1e-4))
      let levels = withLevels(of: patches, .full(patches.shape, 0.7))
      let expected = hidden.select(vit.image(of: levels, like: images), else: images)
      #expect(isClose(made.painted, expected, tolerance: 1e-5))
    }
  }

  @Test func noiseIsSeenAndAllIsPaintedWithoutIt() throws {
    let task = try make(DenoisingAutoencoder.self, .init(), last: "decoder")
    let made = task.reconstruction(of: images, random: RandomStream(seed: 1))
    #expect(made.hidden == nil)
    #expect(abs((made.seen - images).square().mean().sqrt().scalar - 1) < 0.1)
    #expect(isClose(made.painted, .full(images.shape, 0.7), tolerance: 1e-6))
  }
}

@Suite struct PrototypedTests {
  @Test(arguments: MethodTests.cases)
  func everyImageHasAScoreWithEachPrototype(_ test: MethodTests.Case) throws {
    let (task, plan) = try MethodTests.make(test)
    guard let task = task as? any Prototyped else { return }
    MethodTests.begin(task, plan)
    task.train(false)
    let images = RandomStream(seed: 4).normal([7, 3, 16, 16])
    let scores = task.prototypeScores(of: images)
    // A tenth of 64 images.
    #expect(scores.shape == [7, 6] && scores.dtype == .float32)
    #expect(scores.isFinite().to(.float32).min().scalar == 1)
    // They are each image's own.
    #expect(isClose(task.prototypeScores(of: images[2..<4]), scores[2..<4], tolerance: 1e-4))
  }
}
