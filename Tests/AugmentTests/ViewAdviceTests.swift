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
  @Test func imagesWithASkyKeepTheirUpAndTilesAreTurned() {
    let sky = store(300) { image, y, x, channel in
      // Smooth above, rough below.
      120 + (y < 8 ? 20 : 160) * (noise(image, y / 2, x / 2) - 0.5) + 20 * noise(image, channel)
    }
    #expect(advice(sky).adjustment?.verticalFlip ?? 0 == 0)
    #expect(advice(sky).adjustment?.rotation == nil)
    let tiles = store(300) { image, y, x, channel in
      128 + 200 * (noise(image, y / 4, x / 4, channel) - 0.5)
    }
    #expect(advice(tiles).adjustment?.verticalFlip == 0.5)
    #expect(advice(tiles).adjustment?.rotation == Rotation())
    #expect(advice(tiles).reasons.contains { $0.contains("turned by any angle") })
  }

  @Test func aLampsShadingIsNoUp() {
    let cells = store(300) { image, y, x, channel in
      100 + 4 * Double(y) + 2 * Double(x) + 100 * (noise(image, y / 4, x / 4) - 0.5)
    }
    #expect(advice(cells).adjustment?.verticalFlip == 0.5)
  }

  @Test func imagesWithAnAxisAreFlippedAndNotTurned() {
    let stripes = store(300) { image, y, x, channel in
      128 + 100 * (noise(image, x / 2) - 0.5) + 10 * (noise(image, y, x) - 0.5)
    }
    #expect(advice(stripes).adjustment?.verticalFlip == 0.5)
    #expect(advice(stripes).adjustment?.rotation == nil)
  }

  @Test func anUpThatNoClassDependsOnIsGivenUp() {
    // Rough below, and classes by brightness or by where it is rough.
    func images(upIsClass: Bool) -> DeviceStore {
      store(400, labels: (0..<400).map { $0 % 2 }) { image, y, x, _ in
        let isRough = upIsClass && image % 2 == 1 ? y < 8 : y >= 8
        let block = !upIsClass && image % 2 == 1 && abs(y - 8) < 3 && abs(x - 8) < 3
        return 100 + (isRough ? 60 : 20) * (noise(image, y / 2, x / 2) - 0.5) + (block ? 90 : 0)
      }
    }
    #expect(advice(images(upIsClass: false)).adjustment?.verticalFlip == 0.5)
    #expect(advice(images(upIsClass: true)).adjustment?.verticalFlip ?? 0 == 0)
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

  @Test func rulesAreJudgedOnImagesTheyHaveNotSeen() {
    let random = RandomStream(seed: 2)
    let features = random.normal([200, 30])
    let labels = (0..<200).map { $0 % 4 as Int? }
    let none = LinearRule.advantage(features, labels: labels)?[0] ?? 1
    #expect(abs(none) < 0.15)
    let told = features + Tensor(labels.compactMap { $0 }).oneHot(30).to(.float32) * 6
    let found = LinearRule.advantage(told, variants: [features], labels: labels)
    #expect((found?[0] ?? 0) > 0.9 && abs(found?[1] ?? 1) < 0.15)
    // Without two classes of some images each there is nothing to tell.
    #expect(LinearRule.advantage(features, labels: (0..<200).map { $0 }) == nil)
    #expect(LinearRule.advantage(features, labels: Array(repeating: 1, count: 200)) == nil)
    #expect(LinearRule.told(features, from: random.normal([200, 30])) < 0.6)
    #expect(LinearRule.told(features + 0.5, from: features - 0.5) > 0.9)
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
        #expect(group.augmentation.rotation == adjustment.rotation)
        if adjustment.colour == 0 {
          #expect(group.augmentation.grayscale == 0 && group.augmentation.jitter?.hue == 0)
        }
      }
    }
    // What is evaluated, or learns from which way is up, is not turned over.
    #expect(ViewPlan.one(size: 32, .none).adjusted(by: adjustment) == .one(size: 32, .none))
    let upright = ViewPlan.one(size: 32).adjusted(by: adjustment, isUpright: true)
    #expect(upright.groups[0].augmentation.verticalFlip == 0)
    #expect(upright.groups[0].augmentation.rotation == nil)
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
