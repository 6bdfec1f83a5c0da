import Augment
import Backbones
import TestSupport
import Testing
import Torch
import TorchNN

@testable import Pretext

/// Supervised training on masks.
@Suite struct SupervisedMasksTests {
  static let backbones = ["resnet18:width=2", "convnext-atto:width=4", "vit-micro:patch=4"]

  /// Noise with masks of where its first channel is bright when blurred.
  private func views(batch: Int = 8) -> Views {
    let images = RandomStream(seed: 2).normal([batch, 3, 4, 4]).resized(height: 16, width: 16)
    var views = Views(
      images: [images.channelsLast()], boxes: [], flips: [], indices: .range(to: Double(batch)))
    views.masks = [(images.selected(0, along: 1) .> 0).to(.int64)]
    return views
  }

  private func make(_ backbone: String, classes: Int = 2) throws -> Supervised {
    var context = try tinyContext(backbone, classes: classes)
    context.targets = .masks
    let task = try Supervised(Supervised.Options(), context)
    task.train()
    return task
  }

  @Test(arguments: backbones)
  func trainsAllThatItReads(backbone: String) throws {
    let task = try make(backbone)
    let loss = task.loss(views(), firstStep)
    #expect(loss.value.count == 1 && loss.value.scalar.isFinite)
    #expect(loss.features.shape == [8, task.backbone.features])
    loss.value.backward()
    for (name, parameter) in task.parameters {
      // The norm after pooling is no part of a map.
      let isRead = !name.contains("head.norm")
      #expect((parameter.value.gradient != nil) == isRead, "\(name)")
    }
    let scores = task.logits(views().images[0])
    #expect(scores.rank == 4 && scores.size(1) == 2 && scores.size(2) == scores.size(3))
  }

  @Test(arguments: backbones)
  func learnsWhatIsToBeSeen(backbone: String) throws {
    let task = try make(backbone)
    let optimizer = Optimizer(.adamW(weightDecay: 0), task.parameters)
    let views = views()
    var losses: [Double] = []
    for _ in 0..<40 {
      let loss = task.loss(views, firstStep)
      optimizer.clearGradients()
      loss.value.backward()
      optimizer.step(learningRate: 3e-3)
      losses.append(loss.value.scalar)
    }
    #expect(losses[39] < 0.7 * losses[0], "\(losses)")
  }

  @Test func pixelsThatCountNowhereTeachNothing() throws {
    let task = try make("resnet18:width=2")
    var views = views()
    let half = views.masks[0].copy()
    half.sliced(0..<8, along: 1).assign(Tensor([-100]))
    views.masks = [half]
    let loss = task.loss(views, firstStep).value.scalar
    // By hand: the mean over the lower half.
    let scores = task.logits(views.images[0]).resized(height: 16, width: 16)
    let logs = scores.logSoftmax(along: 1).sliced(8..<16, along: 2)
    let truth = half.sliced(8..<16, along: 1).unsqueezed(1)
    #expect(abs(loss + logs.gathered(truth, along: 1).mean().scalar) < 1e-4)
    views.masks = [Tensor.full([8, 16, 16], -100, dtype: .int64)]
    let nothing = task.loss(views, firstStep).value
    nothing.backward()
    #expect(nothing.scalar == 0)
    #expect(
      task.parameters.allSatisfy { ($0.parameter.value.gradient?.abs().max().scalar ?? 0) == 0 })
  }

  @Test func doesNotDependOnTheOrderOfTheBatch() throws {
    let (task, same) = (try make("resnet18:width=2"), try make("resnet18:width=2"))
    let order = Tensor([3, 1, 7, 0, 2, 6, 5, 4])
    let views = views()
    var permuted = views
    permuted.images = [views.images[0].rows(order).channelsLast()]
    permuted.masks = [views.masks[0].rows(order)]
    let (a, b) = (task.loss(views, firstStep), same.loss(permuted, firstStep))
    #expect(isClose(a.value, b.value, tolerance: 1e-5))
  }

  @Test func masksOfOneClassAreRefused() {
    #expect(throws: PretextError.self) { try make("resnet18:width=2", classes: 1) }
  }
}
