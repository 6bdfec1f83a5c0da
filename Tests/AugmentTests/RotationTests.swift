import Foundation
import Testing
import Torch

@testable import Augment

/// Where the middle of a view's pixel lies in a square image, as shares of it from its centre.
private func place(_ x: Int, _ y: Int, size: Int, _ matrix: [Float]) -> (x: Float, y: Float) {
  let u = (Float(x) + 0.5) / Float(size) - 0.5
  let v = (Float(y) + 0.5) / Float(size) - 0.5
  return (matrix[0] * u + matrix[1] * v, matrix[2] * u + matrix[3] * v)
}

struct RotationTests {
  private func views(
    _ store: DeviceStore, _ augmentation: Augmentation, size: Int, count: Int = 40
  ) -> Views {
    Augmenter(store: store, plan: .one(size: size, augmentation), seed: 5)
      .views(of: (0..<count).map { $0 % store.count }, step: 1)
  }

  @Test func quarterTurnsMovePixelsAndChangeNone() throws {
    let store = sampleStore(count: 2, height: 8, width: 8)
    let turned = views(store, Augmentation(rotation: Rotation(quarterTurns: true)), size: 8)
    let matrices = try #require(turned.turns[0]).floats
    let pixels = store.denormalized(turned.images[0]).permuted(0, 2, 3, 1).floats
    let original = store.pixels.to(.float32).floats
    var kinds: Set<[Float]> = []
    for view in 0..<40 {
      let matrix = Array(matrices[4 * view..<4 * view + 4])
      kinds.insert(matrix.map { $0.rounded() })
      for y in 0..<8 {
        for x in 0..<8 {
          let place = place(x, y, size: 8, matrix)
          let (column, row) = (Int((place.x + 0.5) * 8), Int((place.y + 0.5) * 8))
          let from: Int = ((view % 2 * 8 + row) * 8 + column) * 3
          let here: Int = ((view * 8 + y) * 8 + x) * 3
          #expect(abs(pixels[here] - original[from]) < 0.01)
        }
      }
    }
    #expect(kinds.count == 4)
  }

  @Test(arguments: [Float(1), 2])
  func freeTurnsShowTheImageWhereTheirMatrixSays(ratio: Float) throws {
    // Brightness tells the place; an image of twice its stored width is turned as it was.
    var bytes: [UInt8] = []
    for y in 0..<32 {
      for x in 0..<32 { bytes.append(UInt8(20 + 4 * x + 2 * y)) }
    }
    let store = DeviceStore(
      pixels: Tensor(bytes, shape: [1, 32, 32, 1]), aspectRatios: [ratio])
    let turned = views(store, Augmentation(rotation: Rotation()), size: 24)
    let matrices = try #require(turned.turns[0]).floats
    let boxes = turned.boxes[0].floats
    let pixels = store.denormalized(turned.images[0]).floats
    var seen = 0
    for view in 0..<40 {
      let box = Array(boxes[4 * view..<4 * view + 4])
      for y in 0..<24 {
        for x in 0..<24 {
          let place = place(x, y, size: 24, Array(matrices[4 * view..<4 * view + 4]))
          let column: Float = (box[0] + box[2] * (place.x + 0.5)) * 32 - 0.5
          let row: Float = (box[1] + box[3] * (place.y + 0.5)) * 32 - 0.5
          guard (2...29).contains(column), (2...29).contains(row) else { continue }
          seen += 1
          let expected: Float = 20 + 4 * column + 2 * row
          let found: Float = pixels[(view * 24 + y) * 24 + x]
          #expect(abs(found - expected) < 3)
        }
      }
    }
    #expect(seen > 40 * 200)
  }

  @Test(arguments: [(40, 24), (24, 40), (9, 64)])
  func cornersAreReflectedNeverBlack(height: Int, width: Int) {
    let bytes = [UInt8](repeating: 200, count: 3 * height * width * 3)
    let store = DeviceStore(pixels: Tensor(bytes, shape: [3, height, width, 3]))
    let crop = RandomResizedCrop(scale: 0.08...1)
    let turned = views(store, Augmentation(crop: crop, rotation: Rotation()), size: 16)
    let levels = store.denormalized(turned.images[0]).floats
    #expect(levels.allSatisfy { abs($0 - 200) < 1.5 })
  }

  @Test func turnsStayWithinTheirReachAndCoverIt() {
    let uniform = (0..<1000).map { Float($0) / 1000 }
    func degrees(_ rotation: Rotation) -> [Float] {
      uniform.map { rotation.turn($0) }.map { turn in
        let angle = Float(turn.quarters) * 90 + turn.angle * 180 / .pi
        return angle > 180 ? angle - 360 : angle
      }
    }
    let few = degrees(Rotation(degrees: 15))
    #expect(few.allSatisfy { abs($0) <= 15.01 } && (few.max() ?? 0) > 14 && (few.min() ?? 0) < -14)
    let all = degrees(Rotation())
    #expect((all.max() ?? 0) > 179 && (all.min() ?? 0) < -179)
    let quarters = Set(degrees(Rotation(quarterTurns: true)).map { Int($0.rounded()) })
    #expect(quarters == [0, 90, -90, 180])
    #expect(Set(degrees(Rotation(degrees: 100, quarterTurns: true))) == [0, 90, -90])
  }

  @Test func theOtherDrawsAreThoseOfTheRecipeWithoutTurns() {
    let store = sampleStore(count: 4, height: 20, width: 20)
    var recipe = Augmentation.simCLR()
    let plain = views(store, recipe, size: 16, count: 8)
    recipe.rotation = Rotation()
    let turned = views(store, recipe, size: 16, count: 8)
    #expect(plain.boxes[0].floats == turned.boxes[0].floats && plain.turns.isEmpty)
    #expect(plain.flips[0].array(of: Bool.self) == turned.flips[0].array(of: Bool.self))
    let again = views(store, recipe, size: 16, count: 8)
    #expect(again.images[0].floats == turned.images[0].floats)
  }

  @Test func partsOfABatchAreTurnedAsInTheWhole() {
    let store = sampleStore(count: 6, height: 20, width: 20)
    let plan = ViewPlan.two(size: 16, Augmentation(rotation: Rotation()))
    let augmenter = Augmenter(store: store, plan: plan, seed: 3)
    let whole = augmenter.views(of: [5, 0, 3, 1], step: 4)
    let part = augmenter.views(of: [3, 1], step: 4, position: 2)
    #expect(part.images[1].floats == whole.images[1][2..<4].floats)
    #expect(part.turns[1]?.floats == whole.turns[1]?[2..<4].floats)
  }
}

struct ViewAdjustmentSettingsTests {
  @Test func adjustmentsOfEarlierPlansAreRead() throws {
    let text =
      #"{"name": "microscopy", "verticalFlip": 0.5, "tone": 1, "colour": 0.5, "blur": 1,"#
      + #" "solarize": 0, "minimumScale": 0}"#
    let adjustment = try JSONDecoder().decode(ViewAdjustment.self, from: Data(text.utf8))
    #expect(adjustment.rotation == nil && adjustment.verticalFlip == 0.5)
    // What does not turn is written as before: runs are found by it.
    let written = String(decoding: try JSONEncoder().encode(adjustment), as: UTF8.self)
    #expect(!written.contains("rotation"))
  }

  @Test func strengthsAreSetByName() throws {
    var adjustment = try #require(ViewPreset.aerial.adjustment)
    try adjustment.set("rotation", to: "30")
    try adjustment.set("tone", to: "0.5")
    #expect(adjustment.rotation == Rotation(degrees: 30) && adjustment.tone == 0.5)
    #expect(adjustment.name == "aerial rotation=30 tone=0.5")
    #expect(adjustment.summary.contains("30°") && adjustment.summary.contains("×0.5"))
    try adjustment.set("rotation", to: "quarter")
    #expect(adjustment.rotation?.quarterTurns == true)
    try adjustment.set("rotation", to: "0")
    #expect(adjustment.rotation == nil)
    for strength in ViewAdjustment.strengths {
      #expect(throws: ViewAdjustmentError.self) { try adjustment.set(strength, to: "many") }
      #expect(throws: ViewAdjustmentError.self) { try adjustment.set(strength, to: "-1") }
    }
    #expect(throws: ViewAdjustmentError.unknown(name: "turn")) {
      try adjustment.set("turn", to: "1")
    }
  }
}
