import TestSupport
import Testing
import Torch

@testable import Augment

@Suite struct AugmenterTests {
  private func same(_ a: Views, _ b: Views) -> Bool {
    zip(a.images, b.images).allSatisfy { $0.floats == $1.floats }
      && zip(a.boxes, b.boxes).allSatisfy { $0.floats == $1.floats }
  }

  @Test(arguments: [false, true])
  func `with everything off a view is the image`(exact: Bool) {
    let store = sampleStore(count: 3, height: 8, width: 8)
    let augmenter = Augmenter(
      store: store, plan: .one(size: 8, .none), seed: 1, exact: exact)
    let views = augmenter.views(of: [2, 0], step: 5)
    let expected = store.pixels.rows(Tensor([2, 0])).floats.map { $0 / 255 }
    #expect(difference(values(views.images[0], of: store), expected) < 1e-5)
    #expect(views.boxes[0].floats == [0, 0, 1, 1, 0, 0, 1, 1])
  }

  @Test func `flips turn the image over`() {
    let store = sampleStore(count: 2, height: 8, width: 8)
    let plan = ViewPlan([
      ViewGroup(size: 8, augmentation: Augmentation(flip: 1)),
      ViewGroup(size: 8, augmentation: Augmentation(verticalFlip: 1)),
    ])
    let views = Augmenter(store: store, plan: plan, seed: 1).views(of: [1, 0], step: 0)
    let pixels = store.pixels.rows(Tensor([1, 0])).to(.float32) / 255
    #expect(difference(values(views.images[0], of: store), pixels.flipped(2).floats) < 1e-6)
    #expect(difference(values(views.images[1], of: store), pixels.flipped(1).floats) < 1e-6)
    #expect(views.flips[0].array(of: Bool.self) == [true, false, true, false])
    #expect(views.flips[1].array(of: Bool.self) == [false, true, false, true])
  }

  @Test func `half of the images are flipped, each as its flag says`() {
    let store = sampleStore(count: 8, height: 8, width: 8)
    let indices = (0..<400).map { $0 % 8 }
    let plan = ViewPlan.one(size: 8, Augmentation(flip: 0.5))
    let views = Augmenter(store: store, plan: plan, seed: 4).views(of: indices, step: 0)
    let flags = views.flips[0].selected(0, along: 1).array(of: Bool.self)
    #expect((150...250).contains(flags.filter { $0 }.count))
    let all = store.images.to(.float32)
    let images = store.denormalized(views.images[0])
    for (row, isFlipped) in flags.enumerated() {
      let image = all[indices[row]]
      #expect(isClose(images[row], isFlipped ? image.flipped(2) : image, tolerance: 1e-4))
    }
  }

  @Test func `solarisation inverts what is bright`() {
    let store = sampleStore(height: 8, width: 8)
    let plan = ViewPlan.one(size: 8, Augmentation(solarize: Solarize(probability: 1)))
    let image = Augmenter(store: store, plan: plan, seed: 1).views(of: [0], step: 0).images[0]
    let expected = store.pixels.ints.map { Float($0 >= 128 ? 255 - $0 : $0) / 255 }
    #expect(difference(values(image, of: store), expected) < 1e-5)
  }

  @Test(arguments: [false, true])
  func `the same seed and step give the same views, another step others`(exact: Bool) {
    let store = sampleStore(count: 6, height: 20, width: 20)
    let plan = ViewPlan.byol(size: 16)
    func views(seed: UInt64 = 7, step: Int) -> Views {
      Augmenter(store: store, plan: plan, seed: seed, exact: exact)
        .views(of: [5, 0, 3, 3], step: step)
    }
    #expect(same(views(step: 12), views(step: 12)))
    #expect(!same(views(step: 12), views(step: 13)))
    #expect(!same(views(step: 12), views(seed: 8, step: 12)))
    let one = views(step: 12)
    #expect(one.boxes[0].floats != one.boxes[1].floats)
    #expect(one.images[0][2].floats != one.images[0][3].floats)
  }

  @Test func `a view depends on its image and position only`() {
    let store = sampleStore(count: 6, height: 20, width: 20)
    let augmenter = Augmenter(store: store, plan: .two(size: 16, .simCLR()), seed: 3)
    let whole = augmenter.views(of: [5, 0, 3, 1, 2], step: 4)
    let part = augmenter.views(of: [5, 0, 3], step: 4)
    let other = augmenter.views(of: [4, 0, 1, 1], step: 4)
    let rest = augmenter.views(of: [3, 1, 2], step: 4, position: 2)
    for view in 0..<2 {
      #expect(whole.images[view][0..<3].floats == part.images[view].floats)
      #expect(whole.images[view][1].floats == other.images[view][1].floats)
      #expect(whole.images[view][3].floats == other.images[view][3].floats)
      #expect(whole.images[view][2..<5].floats == rest.images[view].floats)
    }
  }

  /// A white dot on black must lie where its view's box and flips say.
  @Test func `boxes and flips say where a view comes from`() {
    let (height, width, dot) = (60, 90, (x: 52, y: 33))
    var bytes = [UInt8](repeating: 0, count: height * width)
    bytes[dot.y * width + dot.x] = 255
    let store = DeviceStore(pixels: Tensor(bytes, shape: [1, height, width, 1]))
    let recipe = Augmentation(
      crop: RandomResizedCrop(scale: 0.3...1), flip: 0.5, verticalFlip: 0.5)
    let views = Augmenter(store: store, plan: .one(size: 180, recipe), seed: 11)
      .views(of: Array(repeating: 0, count: 64), step: 0)
    let boxes = views.boxes[0].floats
    let flips = views.flips[0].array(of: Bool.self)
    let images = store.denormalized(views.images[0])
    var seen = 0
    for row in 0..<64 {
      let (x, y, w, h) = (
        boxes[4 * row], boxes[4 * row + 1], boxes[4 * row + 2], boxes[4 * row + 3]
      )
      var across = ((Float(dot.x) + 0.5) / Float(width) - x) / w
      var down = ((Float(dot.y) + 0.5) / Float(height) - y) / h
      guard (0.02..<0.98).contains(across), (0.02..<0.98).contains(down) else { continue }
      if flips[2 * row] { across = 1 - across }
      if flips[2 * row + 1] { down = 1 - down }
      let brightest = images[row].flattened().argmax(along: 0).ints[0]
      #expect(abs(Float(brightest % 180) + 0.5 - 180 * across) < 3)
      #expect(abs(Float(brightest / 180) + 0.5 - 180 * down) < 3)
      seen += 1
    }
    #expect(seen > 20)
  }

  @Test func `groups follow one another, each with its size`() {
    let store = sampleStore(
      count: 4, height: 24, width: 40, channels: 1, labels: [2, nil, 0, 1])
    let plan = ViewPlan.multiCrop(
      size: 20, locals: 3, split: 0.4, recipes: (.supervised, .supervised, .supervised))
    let views = Augmenter(store: store, plan: plan, seed: 1).views(of: [3, 1], step: 0)
    #expect(plan.count == 5 && views.count == 2)
    #expect(views.images.map(\.shape) == [20, 20, 16, 16, 16].map { [2, 1, $0, $0] })
    #expect(views.images.allSatisfy { $0.isFinite().to(.float32).min().scalar == 1 })
    #expect(views.indices.ints == [3, 1])
    #expect(views.labels?.ints == [1, -100])
    let unlabelled = sampleStore(height: 4, width: 4)
    let augmenter = Augmenter(store: unlabelled, plan: .one(size: 4), seed: 1)
    #expect(augmenter.views(of: [0], step: 0).labels == nil)
  }

  @Test func `the two ways of colouring look alike`() {
    let store = sampleStore(count: 16, height: 20, width: 20)
    let plan = ViewPlan.one(size: 16, .simCLR(strength: 0.5))
    func images(exact: Bool) -> Tensor {
      let augmenter = Augmenter(store: store, plan: plan, seed: 2, exact: exact)
      return store.denormalized(augmenter.views(of: Array(0..<16), step: 0).images[0]) / 255
    }
    // YIQ keeps luma where HSV keeps the largest channel, so single values may differ much.
    #expect((images(exact: true) - images(exact: false)).abs().mean().scalar < 0.08)
  }
}
