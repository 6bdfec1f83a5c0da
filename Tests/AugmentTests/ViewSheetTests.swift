import Testing
import Torch

@testable import Augment

@Suite struct ViewSheetTests {
  @Test(arguments: [1, 3])
  func `a sheet shows each image and its views in place`(channels: Int) {
    let store = sampleStore(count: 3, height: 8, width: 16, channels: channels)
    let plan = ViewPlan([
      ViewGroup(size: 8, augmentation: .none), ViewGroup(size: 4, augmentation: .none),
    ])
    let views = Augmenter(store: store, plan: plan, seed: 1).views(of: [2, 0], step: 0)
    let sheet = ViewSheet(views, of: store, cell: 16)
    #expect(sheet.width == 3 * 20 + 4 && sheet.height == 2 * 20 + 4)
    #expect(sheet.pixels.count == sheet.width * sheet.height * 3)
    func pixel(_ x: Int, _ y: Int) -> [UInt8] {
      Array(sheet.pixels[(y * sheet.width + x) * 3..<(y * sheet.width + x) * 3 + 3])
    }
    #expect(pixel(0, 0) == [255, 255, 255])
    func stored(_ n: Int, _ x: Int, _ y: Int) -> [UInt8] {
      (0..<3).map { c in
        UInt8((37 * y + 91 * x + 53 * (channels == 1 ? 0 : c) + 17 + 101 * n) % 256)
      }
    }
    // The image of 2:1 lies centred in its cell; the view shows its middle square, doubled.
    #expect(pixel(4, 4 + 4) == stored(2, 0, 0) && pixel(4 + 15, 24 + 4 + 7) == stored(0, 15, 7))
    #expect(pixel(24, 4) == stored(2, 4, 0) && pixel(24 + 15, 4 + 15) == stored(2, 11, 7))
  }
}
