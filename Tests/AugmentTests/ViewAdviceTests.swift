import Foundation
import Testing
import Torch

@testable import Augment

/// Images of 16 × 16 × 3 from a function of image, row, column and channel.
private func store(
  _ count: Int, channels: Int = 3, labels: [Int?]? = nil,
  _ level: (_ image: Int, _ y: Int, _ x: Int, _ channel: Int) -> Double
) -> DeviceStore {
  var bytes: [UInt8] = []
  for image in 0..<count {
    for y in 0..<16 {
      for x in 0..<16 {
        for channel in 0..<channels {
          bytes.append(UInt8(max(0, min(255, level(image, y, x, channel)))))
        }
      }
    }
  }
  return DeviceStore(pixels: Tensor(bytes, shape: [count, 16, 16, channels]), labels: labels)
}

/// A number in 0..<1 for a place, the same every time.
private func noise(_ parts: Int...) -> Double {
  let mixed = parts.reduce(UInt64(17)) { ($0 ^ UInt64($1 + 1)) &* 0x9E37_79B9_7F4A_7C15 }
  let spread = (mixed ^ (mixed >> 29)) &* 0xBF58_476D_1CE4_E5B9
  return Double(spread >> 40) / Double(1 << 24)
}

private func advice(_ store: DeviceStore) -> ViewAdvice {
  ViewAdvice(of: store, training: Array(0..<store.count))
}

struct ViewAdviceTests {
  @Test func imagesWithASkyKeepTheirUpAndTilesAreTurnedOver() {
    let sky = store(300) { image, y, _, channel in
      Double(200 - 6 * y + 10 * channel) + 120 * (noise(image, y / 4, channel) - 0.5)
    }
    #expect(advice(sky).adjustment?.verticalFlip ?? 0 == 0)
    let tiles = store(300) { image, y, x, channel in
      128 + 200 * (noise(image, y / 4, x / 4, channel) - 0.5)
    }
    #expect(advice(tiles).adjustment?.verticalFlip == 0.5)
    #expect(advice(tiles).reasons.contains { $0.contains("have no up") })
  }

  @Test func coloursAreSparedWhereTheyTellTheClasses() {
    let labels = (0..<300).map { $0 % 3 }
    func images(_ strength: Double) -> DeviceStore {
      store(300, labels: labels) { image, y, x, channel in
        let tint = channel == image % 3 ? strength : 0
        return 100 + tint + 80 * noise(image, y / 4, x / 4, channel)
      }
    }
    #expect(advice(images(40)).adjustment?.colour == 0.25)
    #expect(advice(images(0)).adjustment?.colour ?? 1 == 1)
    #expect(advice(images(0)).reasons.contains { $0.contains("as published") })
  }

  @Test func greyImagesThatShareALayoutAreTreatedLikeRadiographs() {
    for channels in [1, 3] {
      let chests = store(200, channels: channels) { image, y, x, _ in
        let lung = (x > 2 && x < 7 || x > 9 && x < 13) && y > 3 && y < 13
        return (lung ? 60 : 180) + 50 * (noise(image, y / 2, x / 2) - 0.5) - Double(3 * y)
      }
      let found = advice(chests).adjustment
      #expect(found?.colour == 0 && found?.tone == 0.5 && found?.solarize == 0)
      #expect(found?.verticalFlip == 0 && found?.minimumScale == 0.2)
    }
  }

  @Test func adviceIsTheSameEveryTimeAndOneImageIsEnoughToAsk() {
    let images = store(50) { image, y, x, channel in 255 * noise(image, y, x, channel) }
    #expect(advice(images) == advice(images))
    #expect(!advice(store(1) { _, _, _, _ in 7 }).reasons.isEmpty)
  }

  @Test func classesOfOneImageEachExplainNothing() {
    let points = (0..<40).map { SIMD2(noise($0), noise($0, 1)) }
    #expect(ViewAdvice.explained(points, by: (0..<40).map { $0 }) == nil)
    let pairs = ViewAdvice.explained(points, by: (0..<40).map { $0 / 2 })
    #expect((pairs ?? 1) < 0.4)
    #expect(ViewAdvice.explained(points, by: Array(repeating: 1, count: 40)) == nil)
  }
}

struct ViewAdjustmentTests {
  @Test(arguments: ViewPreset.allCases)
  func presetsChangeWhatTheySayAndKeepTheViews(preset: ViewPreset) throws {
    guard let adjustment = preset.adjustment else { return }
    for plan in [ViewPlan.byol(size: 32), .two(size: 32, .simCLR())] {
      let adjusted = plan.adjusted(by: adjustment)
      #expect(adjusted.groups.map(\.count) == plan.groups.map(\.count) && adjusted != plan)
      for group in adjusted.groups {
        #expect(group.augmentation.verticalFlip == adjustment.verticalFlip)
        if adjustment.colour == 0 {
          #expect(group.augmentation.grayscale == 0 && group.augmentation.jitter?.hue == 0)
        }
      }
    }
    // What is evaluated, or learns from which way is up, is not turned over.
    #expect(ViewPlan.one(size: 32, .none).adjusted(by: adjustment) == .one(size: 32, .none))
    let upright = ViewPlan.one(size: 32).adjusted(by: adjustment, isUpright: true)
    #expect(upright.groups[0].augmentation.verticalFlip == 0)
  }

  @Test func smallCropsOfMultiCropStaySmall() throws {
    let recipe = Augmentation.simCLR()
    let plan = ViewPlan.multiCrop(
      size: 32, locals: 4, split: 0.14, recipes: (recipe, recipe, recipe))
    let adjustment = try #require(ViewPreset.radiograph.adjustment)
    let scales = plan.adjusted(by: adjustment).groups.compactMap(\.augmentation.crop?.minimumScale)
    #expect(scales == [0.2, 0.2, 0.05])
  }
}
