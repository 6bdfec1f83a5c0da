import Images
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

  @Test func whatAMethodHidesIsGreyBesideTheWholeView() {
    let store = sampleStore(count: 1, height: 8, width: 8)
    let plan = ViewPlan([ViewGroup(count: 2, size: 8, augmentation: .none)])
    let views = Augmenter(store: store, plan: plan, seed: 1).views(of: [0], step: 0)
    let hidden = Tensor([true, false, false, true], shape: [1, 1, 2, 2])
    let sheet = ViewSheet(views, of: store, hidden: [1: hidden], cell: 8)
    #expect(sheet.width == 4 * 12 + 4)
    func pixel(_ cell: Int, _ x: Int, _ y: Int) -> [UInt8] {
      let start = ((4 + y) * sheet.width + 4 + 12 * cell + x) * 3
      return Array(sheet.pixels[start..<start + 3])
    }
    for (x, y) in [(0, 0), (3, 3), (4, 4), (7, 7)] { #expect(pixel(3, x, y) == [128, 128, 128]) }
    for (x, y) in [(4, 0), (7, 3), (0, 4), (3, 7)] { #expect(pixel(3, x, y) == pixel(2, x, y)) }
    #expect(pixel(1, 0, 0) == pixel(2, 0, 0) && pixel(2, 0, 0) != [128, 128, 128])
  }

  @Test func rowsAndColumnsAreNamedInInk() {
    let bare = ViewSheet(rows: 2, columns: 3, cell: 40) { _ in }
    let sheet = ViewSheet(
      rows: 2, columns: 3, cell: 40, rowNames: ["fog", "motion-blur"], columnNames: ["clean"]
    ) { _ in }
    guard ImageFile.ink(of: "fog") != nil else {
      // This libvips draws no text: the sheet is as without names.
      #expect(sheet.width == bare.width && sheet.height == bare.height)
      return
    }
    let (left, top) = (sheet.width - bare.width, sheet.height - bare.height)
    #expect(left > 40 && (10...40).contains(top))
    func ink(_ rows: Range<Int>, _ columns: Range<Int>) -> Int {
      rows.reduce(0) { sum, y in
        sum + columns.count { sheet.pixels[(y * sheet.width + $0) * 3] < 128 }
      }
    }
    let (first, second) = (top + 4..<top + 44, top + 48..<top + 88)
    #expect(ink(first, 0..<left) > 10 && ink(second, 0..<left) > ink(first, 0..<left))
    #expect(ink(0..<top, left..<left + 44) > 10 && ink(0..<top, left + 44..<sheet.width) == 0)
    #expect(ink(top..<sheet.height, left..<sheet.width) == 0)
  }
}
