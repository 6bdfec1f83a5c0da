import Testing
import Torch

@testable import Augment

/// Images of other channels than grey or RGB.
struct ManyChannelsTests {
  @Test(arguments: [2, 5])
  func brightnessAndContrastApplyAndColoursDoNot(channels: Int) {
    let store = sampleStore(count: 2, height: 16, width: 16, channels: channels)
    let boxes = Array(repeating: CropBox(x: 0, y: 0, width: 16, height: 16), count: 2)
    let crops = store.resizedCrops(indices: [0, 1], boxes: boxes, size: 16)
    let changes = [0, 23].map { order in
      ColorChange(
        brightness: 0.9, contrast: 0.7, saturation: 0.2, hue: 0.4, order: order, isGray: true)
    }
    let mixed = values(store.colored(crops, changes), of: store)
    // Nothing is cut off by these factors, so that the fast way is exact.
    #expect(difference(mixed, values(store.exactlyColored(crops, changes), of: store)) < 1e-4)
    #expect(difference(mixed, values(store.normalized(crops), of: store)) > 0.05)
  }

  @Test func everyRecipeGivesViewsOfAllChannels() {
    let store = sampleStore(count: 3, height: 20, width: 24, channels: 5)
    for plan in [
      ViewPlan.byol(size: 12), .two(size: 12, .simCLR()), .one(size: 12, .none),
    ] {
      let views = Augmenter(store: store, plan: plan, seed: 1).views(of: [2, 0], step: 3)
      for view in views.images {
        #expect(view.shape == [2, 5, 12, 12])
        #expect(view.floats.allSatisfy { $0.isFinite })
      }
    }
  }

  @Test func everyCorruptionCanBeDrawn() {
    let store = sampleStore(count: 2, height: 16, width: 16, channels: 4)
    let sheet = ViewSheet(corrupting: [0], of: store, size: 16, seed: 1)
    #expect(sheet.pixels.count == 3 * sheet.width * sheet.height)
  }
}
