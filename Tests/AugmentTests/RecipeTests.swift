import Foundation
import Testing

@testable import Augment

@Suite struct RecipeTests {
  @Test func `recipes and plans survive JSON`() throws {
    let plan = ViewPlan([
      ViewGroup(count: 2, size: 224, augmentation: .simCLR()),
      ViewGroup(size: 96, augmentation: Augmentation.byol.second),
      ViewGroup(size: 32, augmentation: .none),
    ])
    let data = try JSONEncoder().encode(plan)
    #expect(try JSONDecoder().decode(ViewPlan.self, from: data) == plan)
  }

  @Test func `presets carry the published numbers`() {
    let simCLR = Augmentation.simCLR()
    #expect(
      simCLR.jitter
        == ColorJitter(brightness: 0.8, contrast: 0.8, saturation: 0.8, hue: 0.2, probability: 0.8))
    #expect(simCLR.blur == GaussianBlur(sigma: 0.1...2, probability: 0.5))
    #expect(Augmentation.simCLRForSmallImages.jitter?.hue == 0.1)
    #expect(Augmentation.simCLRForSmallImages.blur == nil)
    let byol = Augmentation.byol
    #expect(byol.first.blur?.probability == 1 && byol.first.solarize == nil)
    #expect(byol.second.blur?.probability == 0.1 && byol.second.solarize?.probability == 0.2)
    #expect(ViewPlan.byol(size: 32).views.map(\.augmentation) == [byol.first, byol.second])
  }
}
