import Foundation
import Testing

@testable import Augment

@Suite struct RecipeTests {
  @Test func `recipes and plans survive JSON`() throws {
    let plan = ViewPlan([
      ViewGroup(count: 2, size: 224, augmentation: .simCLR()),
      ViewGroup(size: 96, augmentation: .byolView(blur: 0.1, solarize: 0.2)),
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
    let byol = ViewPlan.byol(size: 32).views.map(\.augmentation)
    #expect(byol[0].blur?.probability == 1 && byol[0].solarize == nil)
    #expect(byol[1].blur?.probability == 0.1 && byol[1].solarize?.probability == 0.2)
  }

  @Test func `small crops keep the papers' share and a size that patches divide`() {
    #expect(ViewPlan.localSize(for: 224) == 96)
    for size in [32, 48, 64, 96, 128] {
      let local = ViewPlan.localSize(for: size)
      #expect(local % 8 == 0 && local >= size * 3 / 7 && local < size)
    }
  }
}
