import Backbones
import Foundation
import TestSupport
import Testing
import Torch
import TorchNN

@testable import Pretext

/// The pieces that methods share.
@Suite struct PartsTests {
  @Test func sinkhornSharesThePrototypesEvenly() {
    let scores = RandomStream(seed: 1).normal([40, 8])
    let codes = sinkhorn(scores, epsilon: 0.5, iterations: 50)
    #expect(isClose(codes.sum(over: 1), .ones([40]), tolerance: 1e-4))
    #expect(isClose(codes.sum(over: 0), .full([8], 5), tolerance: 1e-3))
    #expect(sinkhorn(scores * 1e4).isFinite().to(.float32).min().scalar == 1)
  }

  @Test func aQueueKeepsTheNewestFirst() {
    let queue = FeatureQueue(5, 2, random: RandomStream(seed: 1))
    for value in 1...4 { queue.push(.full([2, 2], Double(value))) }
    #expect(queue.embeddings.selected(0, along: 1).floats == [4, 4, 3, 3, 2])
    #expect(queue.state.map(\.name) == ["rows"] && queue.parameters.isEmpty)
  }

  @Test func masksCoverTheStatedShareAndPutEveryTokenBackInItsPlace() {
    let random = RandomStream(seed: 1)
    let mask = TokenMask(count: 3, tokens: 64, ratio: 0.75, random: random, device: .cpu)
    #expect(mask.visibleCount == 16)
    let tokens = random.normal([3, 64, 5])
    let visible = mask.visible(of: tokens)
    #expect(visible.shape == [3, 16, 5] && mask.hidden(of: tokens).shape == [3, 48, 5])
    let filled = mask.filled(visible, with: .full([1, 1, 5], 9))
    let isVisible = (filled .== tokens).to(.float32).min(over: 2)
    #expect(isVisible.sum(over: 1).floats == [16, 16, 16])
    #expect((filled .== 9).to(.float32).min(over: 2).sum(over: 1).floats == [48, 48, 48])
    // Another image has another mask.
    #expect(!isClose(isVisible[0], isVisible[1]))
  }

  @Test func kMeansFindsClustersThatAreApart() {
    let random = RandomStream(seed: 3)
    let centres = Tensor.identity(4).rows(Tensor((0..<80).map { $0 % 4 }))
    let points = (centres + random.normal([80, 4], deviation: 0.05)).normalized()
    let (centroids, clusters) = SphericalKMeans.cluster(
      points, count: 4, iterations: 10, random: RandomStream(seed: 5))
    let labels = clusters.ints
    // Begun at random points, two may share a cluster; points of one centre never part company
    // unless two centroids began there.
    #expect(isClose(centroids.norm(over: 1), .ones([4])))
    let similarity = (points * centroids.rows(clusters)).sum(over: 1)
    #expect(similarity.mean().scalar > 0.8)
    #expect(Set(labels).count <= 4)
  }

  @Test func quarterTurnsComeBackAfterFour() {
    let images = RandomStream(seed: 1).normal([2, 3, 4, 4])
    let (rotated, turns) = quarterTurns(of: images)
    #expect(turns.ints == [0, 0, 1, 1, 2, 2, 3, 3])
    let parts = rotated.split(4)
    for (part, next) in zip(parts, parts.dropFirst() + [parts[0]]) {
      #expect(isClose(part.transposed().flipped(2), next))
    }
  }

  @Test func shortRunsHaveATeacherWithAShorterMemory() {
    func momentum(_ step: Int, of steps: Int) -> Double {
      teacherMomentum(from: 0.99, StepProgress(step: step, steps: steps, stepsPerEpoch: 10))
    }
    #expect(momentum(0, of: 100) == 0.9)
    #expect(momentum(0, of: 400) == 0.975)
    #expect(momentum(0, of: 4000) == 0.99 && momentum(0, of: 10_000) == 0.99)
    #expect(momentum(50, of: 100) > 0.94 && momentum(99, of: 100) < 1)
  }

  @Test func sizesFollowTheNumberOfImages() throws {
    let few = try tinyContext(images: 500, steps: 5000)
    #expect(few.queueLength(65536) == 250 && few.prototypeCount(3000) == 50)
    let many = try tinyContext(images: 300_000, steps: 100_000)
    #expect(many.queueLength(65536) == 65536 && many.prototypeCount(3000) == 3000)
    // A batch of 8: a hundredth of 400 steps is 32 images, of 10 steps less than a batch.
    #expect(try tinyContext(images: 300_000, steps: 400).queueLength(65536) == 32)
    #expect(try tinyContext(images: 300_000, steps: 10).queueLength(65536) == 8)
  }

  @Test func aTransformersPatchesAreWhatItsProjectionSees() throws {
    let spec = try BackboneSpec("vit-micro:patch=4", imageSize: 8)
    let vit = try #require(spec.make(random: RandomStream(seed: 1)) as? VisionTransformer)
    let images = RandomStream(seed: 2).normal([2, 3, 8, 8])
    let patches = vit.patches(of: images)
    #expect(patches.shape == [2, 4, 48])
    // The second patch: rows 0-3, columns 4-7, channels together.
    let corner = images.sliced(0..<4, along: 2).sliced(4..<8, along: 3).permuted(0, 2, 3, 1)
    #expect(isClose(patches.selected(1, along: 1), corner.reshaped(2, 48)))
    let standardised = standardisedPatches(patches)
    #expect(isClose(standardised.mean(over: 2), .zeros([2, 4]), tolerance: 1e-5))
    #expect(isClose(standardised.variance(over: 2), .ones([2, 4]), tolerance: 1e-3))
  }
}
