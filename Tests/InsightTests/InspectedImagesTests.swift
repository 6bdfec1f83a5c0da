import Downstream
import TestSupport
import Testing
import Torch

@testable import Insight

struct InspectedImagesTests {
  /// 120 images of three classes from 24 patients, without a test split of their own.
  @Test func noGroupIsInBothParts() throws {
    let store = try DrawnImages.store(120, columns: "label,group") { image in
      "c\(image % 3),patient \(image * 11 % 24)"
    }
    for seed in 0..<3 as Range<UInt64> {
      let data = try InspectedImages(store, device: .cpu, seed: seed)
      let training = try #require(data.groups(of: data.training))
      let heldOut = try #require(data.groups(of: data.heldOut))
      #expect(data.training.count + data.heldOut.count == 120 && heldOut.count >= 12)
      #expect(Set(training).isDisjoint(with: heldOut))
    }
  }

  /// 60 patients, each with four images that are nearly the same: four times the images tell no more.
  @Test func intervalsAreOverGroups() throws {
    let random = RandomStream(seed: 3)
    let patients = random.normal([60, 6])
    let rows = Tensor((0..<240).map { $0 / 4 })
    let features = patients.rows(rows) + random.normal([240, 6]) * 0.01
    let groups = rows.ints
    let noise = random.normal([60]).floats
    let truth = zip(patients.selected(0, along: 1).floats, noise).map { Double($0 + $1) }
    let split = EvaluationSplit(train: Array(0..<120), test: Array(120..<240))
    func width(_ figure: ReadFigure?) throws -> Double {
      let interval = try #require(figure?.interval)
      return interval.upperBound - interval.lowerBound
    }
    let numbers = try [nil, groups].map { groups in
      try width(
        readNumbers(features, [rows.ints.map { truth[$0] }], split, groups: groups, seed: 0))
    }
    let levels = try [nil, groups].map { groups in
      try width(
        readAccuracy(
          features, rows.ints.map { truth[$0] > 0 ? 1 : 0 }, split, groups: groups, classes: 2,
          seed: 0))
    }
    // √4 wider.
    for widths in [numbers, levels] { #expect((1.4...2.8).contains(widths[1] / widths[0])) }
  }
}
