import TestSupport
import Testing
import Torch

@testable import Augment

/// Where there is a GPU, views on it are those of the processor, but for rounding to grey levels.
@Suite(.enabled(if: Machine.cudaDevices > 0)) struct GPUViewsTests {
  private static let smooth: @Sendable (Device) -> DeviceStore = { device in
    let noise = RandomStream(seed: 3).uniform([12, 6, 6, 3]).permuted(0, 3, 1, 2)
    let images = noise.resized(height: 40, width: 40) * 255
    return DeviceStore(pixels: images.permuted(0, 2, 3, 1).to(.uint8), device: device)
  }

  @Test(arguments: [false, true])
  func viewsAreThoseOfTheProcessor(exact: Bool) throws {
    let (here, there) = (Self.smooth(.cpu), Self.smooth(.cuda()))
    let plan = ViewPlan.two(size: 24, .simCLR(blur: true))
    for step in 0..<4 {
      let indices = (0..<12).map { ($0 * 5 + step) % 12 }
      let a = Augmenter(store: here, plan: plan, seed: 7, exact: exact)
        .views(of: indices, step: step)
      let b = Augmenter(store: there, plan: plan, seed: 7, exact: exact)
        .views(of: indices, step: step)
      for (own, other) in zip(a.images, b.images) {
        #expect(other.device == .cuda())
        let apart = (here.denormalized(own) - there.denormalized(other).to(.cpu)).abs()
        #expect(apart.mean().scalar < 1)
        #expect(apart.max().scalar < 6)
      }
      #expect(a.boxes.map(\.floats) == b.boxes.map(\.floats))
      #expect(b.indices.ints == indices)
    }
  }

  @Test func evaluationImagesAreThoseOfTheProcessor() throws {
    let (here, there) = (Self.smooth(.cpu), Self.smooth(.cuda()))
    let own = here.denormalized(here.evaluationBatch(indices: Array(0..<12), size: 24))
    let other = there.denormalized(there.evaluationBatch(indices: Array(0..<12), size: 24))
    #expect((own - other.to(.cpu)).abs().max().scalar < 1.5)
  }
}
