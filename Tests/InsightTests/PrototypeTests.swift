import Foundation
import Images
import TestSupport
import Testing
import Torch

@testable import Insight

@Suite struct PrototypeTests {
  /// 60 images, the first half of one class.
  private func inspected() throws -> InspectedImages {
    let store = try DrawnImages.store(60, columns: "label") { $0 < 30 ? "a" : "b" }
    return try InspectedImages(store, device: .cpu)
  }

  @Test func everyImageFallsToOnePrototype() throws {
    let scores = RandomStream(seed: 1).normal([60, 12])
    let found = try PrototypeFindings(scores, of: Array(0..<60), inspected())
    #expect(found.sizes.count == 12 && found.sizes.reduce(0, +) == 60 && found.images == 60)
    #expect(found.sizes == found.sizes.sorted(by: >))
    #expect(found.largest.map(\.images) == Array(found.sizes.prefix(8)))
    #expect(
      Set(found.largest.flatMap(\.nearest)).count
        == found.largest.map(\.nearest.count).reduce(0, +))
  }

  @Test func theNearestStandFirstAndTheCommonestClassIsCounted() throws {
    let data = try inspected()
    // Ten images of the second class and five of the first fall to prototype 2, the more the higher
    // their number; all others to prototype 0, none to 1.
    let images = Array(15..<60)
    let chosen = Set(Array(25..<30) + Array(50..<60))
    let rows = images.map { chosen.contains($0) ? [0, 0, Float($0)] : [1, 0, -1] }
    let scores = Tensor(rows.flatMap { $0 }, shape: [45, 3])
    let found = try PrototypeFindings(scores, of: images, data)
    #expect(found.sizes == [30, 15, 0] && found.largest.count == 2)
    let second = found.largest[1]
    #expect(second.nearest == (52..<60).reversed())
    #expect(data.images.classes[try #require(second.commonestClass)] == "b")
    #expect(abs(try #require(second.share) - 10.0 / 15) < 1e-12)
    #expect(second.picture.width == 8 * 64 + 7 * 4)
  }
}
