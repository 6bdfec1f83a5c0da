import Foundation
import Testing
import Torch

@testable import Augment

@Suite struct CropBoxTests {
  /// torchvision's `RandomResizedCrop.get_params` fed with the numbers frac(0.6180339887 k + seed).
  @Test(arguments: [
    (32, 32, 0.08, 0.1, CropBox(x: 1, y: 9, width: 14, height: 12)),
    (32, 32, 0.08, 0.7, CropBox(x: 4, y: 0, width: 26, height: 29)),
    (224, 256, 0.2, 0.35, CropBox(x: 22, y: 56, width: 190, height: 145)),
    (24, 40, 0.9, 0.3, CropBox(x: 4, y: 0, width: 32, height: 24)),
    (100, 40, 0.95, 0.5, CropBox(x: 0, y: 23, width: 40, height: 53)),
    (10, 100, 0.9, 0.2, CropBox(x: 43, y: 0, width: 13, height: 10)),
  ])
  func `crops are those of torchvision`(
    height: Int, width: Int, scale: Double, seed: Double, expected: CropBox
  ) {
    let uniform = (0..<RandomResizedCrop.draws).map { k in
      Float((Double(k) * 0.6180339887 + seed).truncatingRemainder(dividingBy: 1))
    }
    let canvas = Canvas(
      storedWidth: width, storedHeight: height, aspectRatio: Float(width) / Float(height))
    #expect(RandomResizedCrop(scale: scale...1).box(on: canvas, uniform[...]) == expected)
  }

  @Test func `area, shape and place are spread as the recipe says`() {
    let canvas = Canvas(storedWidth: 2000, storedHeight: 2000, aspectRatio: 1)
    let crop = RandomResizedCrop(scale: 0.2...0.5, ratio: 0.5...2)
    let count = 4000
    let uniform = RandomStream(seed: 3).uniform([count, RandomResizedCrop.draws]).floats
    let boxes = (0..<count).map { row in
      crop.box(on: canvas, uniform[(22 * row)..<(22 * row + 22)])
    }
    let areas = boxes.map { Double($0.width) * Double($0.height) / 4e6 }
    let ratios = boxes.map { log(Double($0.width) / Double($0.height)) }
    let places = boxes.map { Double($0.x) / Double(2000 - $0.width) }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(count) }
    #expect(abs(mean(areas) - 0.35) < 0.006)
    #expect(abs(mean(ratios)) < 0.03)
    #expect(abs(mean(ratios.map { $0 * $0 }) - pow(log(2), 2) / 3) < 0.01)
    #expect(abs(mean(places) - 0.5) < 0.02)
    #expect(areas.allSatisfy { (0.199...0.501).contains($0) })
    #expect(ratios.allSatisfy { abs($0) < log(2) + 0.01 })
  }

  @Test func `a squashed image is cropped in its original proportions`() {
    // A 2:1 original in 40 × 40 stored pixels: an original square is half as wide there.
    let canvas = Canvas(storedWidth: 40, storedHeight: 40, aspectRatio: 2)
    #expect(canvas.centreSquare == CropBox(x: 10, y: 0, width: 20, height: 40))
    let square = RandomResizedCrop(scale: 0.3...0.3, ratio: 1...1)
    let uniform = RandomStream(seed: 5).uniform([RandomResizedCrop.draws]).floats
    let box = square.box(on: canvas, uniform[...])
    #expect(abs(box.height - 2 * box.width) <= 1)
    #expect(box.x >= 0 && box.y >= 0 && box.x + box.width <= 40 && box.y + box.height <= 40)
  }

  @Test func `extreme proportions stay inside the image`() {
    for ratio: Float in [0.001, 0.03, 30, 1000] {
      let canvas = Canvas(storedWidth: 24, storedHeight: 40, aspectRatio: ratio)
      let uniform = RandomStream(seed: 9).uniform([RandomResizedCrop.draws]).floats
      for box in [canvas.centreSquare, RandomResizedCrop().box(on: canvas, uniform[...])] {
        #expect(box.width >= 1 && box.height >= 1 && box.x >= 0 && box.y >= 0)
        #expect(box.x + box.width <= 24 && box.y + box.height <= 40)
      }
    }
  }
}
