import TestSupport
import Testing
import Torch

@testable import Augment

/// Images of 3 × 5 squares, each as bright as its class; of class 3 nothing counts.
private func squares(of side: Int = 4) -> DeviceStore {
  let (height, width) = (3 * side, 5 * side)
  let classes = (0..<4 * height * width).map { (pixel: Int) -> UInt8 in
    let (image, y, x) = (pixel / (height * width), pixel / width % height, pixel % width)
    return UInt8((y / side * 2 + x / side + image) % 4)
  }
  let masks = Tensor(classes, shape: [4, height, width])
  var store = DeviceStore(pixels: (masks * 60).to(.uint8).unsqueezed(3))
  store.targets = Targets(masks: masks.filled(where: masks .== 3, with: 255))
  return store
}

/// The class that each pixel of a view looks like, and whether it is of no other class too.
private func looks(_ images: Tensor, of store: DeviceStore) -> (classes: [Int], isPure: [Bool]) {
  let levels = store.denormalized(images).floats.map { $0 / 60 }
  return (
    levels.map { Int($0.rounded()) == 3 ? -100 : Int($0.rounded()) },
    levels.map { abs($0 - $0.rounded()) < 0.01 }
  )
}

@Suite struct MaskViewTests {
  @Test func `masks are cropped and turned over as their images are`() throws {
    let store = squares()
    let recipe = Augmentation(
      crop: RandomResizedCrop(scale: 0.2...1), flip: 0.5, verticalFlip: 0.5)
    let plan = ViewPlan([ViewGroup(count: 2, size: 16, augmentation: recipe)])
    let indices = (0..<40).map { $0 % 4 }
    let views = Augmenter(store: store, plan: plan, seed: 3).views(of: indices, step: 1)
    #expect(views.masks.count == 2 && views.targets == nil)
    for (images, masks) in zip(views.images, views.masks) {
      #expect(masks.shape == [40, 16, 16] && masks.dtype == .int64)
      let (classes, isPure) = looks(images, of: store)
      // Where crops are enlarged, colours mix between squares; a pixel's own class is one of the two.
      let pure = isPure.indices.filter { isPure[$0] }
      #expect(pure.count > isPure.count / 3)
      let found = masks.ints
      let wrong = pure.count { found[$0] != classes[$0] }
      #expect(wrong * 50 < pure.count, "\(wrong) of \(pure.count)")
    }
  }

  @Test(arguments: [Rotation(), Rotation(quarterTurns: true), Rotation(degrees: 30)])
  func `masks are turned as their images are`(rotation: Rotation) throws {
    let store = squares(of: 16)
    let recipe = Augmentation(
      crop: RandomResizedCrop(scale: 0.2...1), rotation: rotation, flip: 0.5, verticalFlip: 0.5)
    let indices = (0..<40).map { $0 % 4 }
    let views = Augmenter(store: store, plan: .one(size: 32, recipe), seed: 3)
      .views(of: indices, step: 1)
    let (classes, isPure) = looks(views.images[0], of: store)
    let pure = isPure.indices.filter { isPure[$0] }
    #expect(pure.count > isPure.count / 3)
    let found = views.masks[0].ints
    let wrong = pure.count { found[$0] != classes[$0] }
    #expect(wrong * 50 < pure.count, "\(wrong) of \(pure.count)")
  }

  @Test func `a mask that is neither cropped nor enlarged keeps every pixel`() throws {
    let classes = RandomStream(seed: 1).integers([3, 8, 8], in: 0..<4).to(.uint8)
    var store = DeviceStore(pixels: (classes * 60).to(.uint8).unsqueezed(3))
    store.targets = Targets(masks: classes.filled(where: classes .== 3, with: 255))
    let plan = ViewPlan.one(size: 8, Augmentation(flip: 0.5, verticalFlip: 0.5))
    let views = Augmenter(store: store, plan: plan, seed: 3).views(of: [2, 0, 1, 2, 2, 0], step: 0)
    #expect(views.masks[0].ints == looks(views.images[0], of: store).classes)
  }

  @Test func `colours change no mask`() throws {
    let store = squares()
    let plain = Augmentation(crop: RandomResizedCrop(), flip: 0.5)
    var colored = plain
    colored.jitter = ColorJitter(
      brightness: 0.8, contrast: 0.8, saturation: 0, hue: 0, probability: 1)
    colored.solarize = Solarize(probability: 0.5)
    let views = [plain, colored].map {
      Augmenter(store: store, plan: .one(size: 16, $0), seed: 5).views(of: [0, 1, 2, 3], step: 2)
    }
    #expect(views[0].masks[0].ints == views[1].masks[0].ints)
    #expect(views[0].images[0].floats != views[1].images[0].floats)
  }
}
