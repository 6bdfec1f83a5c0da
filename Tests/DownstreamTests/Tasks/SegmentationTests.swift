import Testing
import Torch

@testable import Downstream

/// Smooth maps of 6 channels on 8 × 8 places, and masks of the channel that is largest among the first
/// three where they are enlarged.
private struct PlantedMaps {
  let maps: Tensor
  let masks: [Tensor]
  let split: EvaluationSplit

  init(count: Int = 40, side: Int = 8, seed: UInt64 = 1) {
    let stream = RandomStream(seed: seed)
    maps =
      stream.normal([count, 6, 3, 3]).resized(height: 8, width: 8) * 3
      + stream.normal([1, 6, 1, 1], deviation: 5)
    let truth = (maps - maps.mean(over: 0, 2, 3, keepingAxes: true)).sliced(0..<3, along: 1)
      .resized(height: side, width: side).argmax(along: 1).to(.uint8)
    masks = (0..<count).map { truth[$0].copy() }
    let train = count * 3 / 4
    split = EvaluationSplit(train: Array(0..<train), test: Array(train..<count))
  }

  func evaluate(
    _ probe: SegmentationProbe = quick, maps: Tensor? = nil, masks: [Tensor?]? = nil,
    groups: [Int]? = nil, split: EvaluationSplit? = nil, classes: Int = 3
  ) throws -> SegmentationResult {
    try probe.evaluate(
      features: PatchFeatures(maps ?? self.maps), masks: masks ?? self.masks, groups: groups,
      split: split ?? self.split, classes: classes, seed: 0
    ).result
  }
}

private let quick = SegmentationProbe(PenaltyPath(penalties: [1, 0.1, 0.01, 1e-3, 1e-4]))

private func mean(_ values: [Double?]) -> Double {
  let known = values.compactMap { $0 }
  return known.reduce(0, +) / Double(known.count)
}

@Test("A planted linear segmentation is recovered", arguments: [8, 32, 20])
func plantedSegmentationIsRecovered(_ side: Int) throws {
  let problem = PlantedMaps(side: side)
  let result = try problem.evaluate()
  #expect(mean(result.classIoU) > 0.9)
  #expect(result.validationIoU > 0.9)
  #expect(result.confusion.joined().reduce(0, +) == 10 * side * side)
  #expect(result.testImages == problem.split.test && result.patches == 30 * 64)
  // Masks of other images teach nothing.
  let order = (0..<40).map { $0 < 30 ? ($0 + 7) % 30 : $0 }
  let shuffled = try problem.evaluate(masks: order.map { problem.masks[$0] })
  #expect(mean(shuffled.classIoU) < 0.5)
}

@Test func ignoredPixelsDoNotMatter() throws {
  let problem = PlantedMaps()
  // The upper half of every mask, and whole masks, are left out.
  let masks = problem.masks.enumerated().map { image, mask in
    let mask = mask.copy()
    mask[0..<(image % 10 == 3 ? 8 : 4)].assign(Tensor([UInt8(255)]))
    return mask
  }
  let honest = try problem.evaluate(masks: masks)
  #expect(honest.testImages == problem.split.test.filter { $0 % 10 != 3 })
  #expect(honest.confusion.joined().reduce(0, +) == honest.testImages.count * 32)
  #expect(honest.patches == 27 * 32)
  let spoiled = problem.maps.copy()
  spoiled.sliced(0..<4, along: 2).assign(Tensor([Float(1e6)]))
  spoiled[3].assign(Tensor([Float.nan]))
  #expect(try problem.evaluate(maps: spoiled, masks: masks) == honest)
}

@Test func testMasksAndOtherTestImagesReachNoPrediction() throws {
  let problem = PlantedMaps(side: 16)
  let honest = try problem.evaluate()
  let spoiled = problem.maps.copy()
  spoiled[31..<40].assign(spoiled[31..<40] * 1000 + 1e6)
  var masks = problem.masks
  for image in 31..<40 { masks[image] = Tensor.full([16, 16], 2, dtype: .uint8) }
  let other = try problem.evaluate(maps: spoiled, masks: masks)
  #expect(other.confusions[0] == honest.confusions[0])
  #expect(other.setting == honest.setting && other.validationIoU == honest.validationIoU)
  #expect(other.confusions != honest.confusions)
  // A pixel is predicted alike whatever it is said to show.
  masks[30] = (Tensor([UInt8(2)]) - problem.masks[30]).to(.uint8)
  let swapped = try problem.evaluate(masks: masks)
  #expect(swapped.confusions[0] == honest.confusions[0].reversed())
}

@Test func orderAndUnlabelledMasksDoNotMatter() throws {
  let problem = PlantedMaps(side: 16)
  let honest = try problem.evaluate()
  let split = EvaluationSplit(
    train: [40] + problem.split.train.reversed(), test: problem.split.test.reversed() + [41])
  let maps = concatenated([problem.maps, Tensor.full([2, 6, 8, 8], .nan)])
  #expect(
    try problem.evaluate(maps: maps, masks: problem.masks + [nil, nil], split: split) == honest)
}

@Test func fewerPatchesAreDrawnBySeed() throws {
  let problem = PlantedMaps()
  var probe = quick
  probe.patches = 300
  let result = try problem.evaluate(probe)
  #expect(result.patches == 300)
  #expect(mean(result.classIoU) > 0.85)
  #expect(try problem.evaluate(probe) == result)
}

@Test func aGivenValidationPartChoosesAndIsFittedToo() throws {
  let problem = PlantedMaps()
  let split = EvaluationSplit(
    train: Array(0..<20), validation: Array(20..<30), test: problem.split.test)
  let result = try problem.evaluate(split: split)
  #expect(result.patches == 30 * 64)
  #expect(mean(result.classIoU) > 0.9)
}

@Test func picturesAreThoseThatWereCounted() throws {
  let problem = PlantedMaps(side: 16)
  let features = PatchFeatures(problem.maps.to(.float16))
  let (result, classifier) = try quick.evaluate(
    features: features, masks: problem.masks, split: problem.split, classes: 3, seed: 0)
  let picture = classifier.classMap(of: 30, in: features, height: 16, width: 16)
  #expect(picture.shape == [16, 16] && picture.dtype == .uint8)
  let matrix = Metrics.confusionMatrix(picture.ints, problem.masks[30].ints, classes: 3)
  #expect(matrix == result.confusions[0])
}

@Test func aClassWithoutAPixelInTrainingIsNamedAndNeverPredicted() throws {
  let problem = PlantedMaps()
  let masks = problem.masks.enumerated().map { image, mask in
    image < 30 ? mask.filled(where: mask .== 1, with: 3) : mask
  }
  let result = try problem.evaluate(masks: masks, classes: 5)
  #expect(result.absentClasses == [1, 4])
  #expect(result.confusion.allSatisfy { $0[1] == 0 && $0[4] == 0 })
  #expect(result.classIoU[1] == 0 && result.classIoU[4] == nil)
}

@Test func intersectionsOverUnionsAreThoseOfTheConfusion() {
  var tally = PixelTally(classes: 4)
  tally.add(truth: [0, 0, 0, 1, 1, 255, 2], predicted: [0, 0, 1, 1, 0, 2, 1])
  #expect(tally.matrix == [[2, 1, 0, 0], [1, 1, 0, 0], [0, 1, 0, 0], [0, 0, 0, 0]])
  #expect(tally.classIoU == [0.5, 0.25, 0, nil])
  #expect(tally.meanIoU == 0.25)
}

@Test func sharesOfAPatchAreAreasOfItsPixels() throws {
  let even = try PatchTargets(
    [
      Tensor(
        [0, 1, 2, 2, 1, 1, 255, 2, 0, 0, 255, 255, 0, 0, 255, 255] as [UInt8], shape: [4, 4]),
      nil,
    ], classes: 3, height: 2, width: 2)
  let (classes, counted) = even.shares(of: 0)
  #expect(counted.floats == [1, 0.75, 1, 0])
  #expect(classes.floats.prefix(9) == [0.25, 0.75, 0, 0, 0, 1, 1, 0, 0])
  #expect(even.shown == [[0, 1, 2], []])
  // Three pixels on two places: each place takes one and a half.
  let uneven = try PatchTargets(
    [Tensor([0, 1, 1, 1, 1, 1, 1, 1, 1] as [UInt8], shape: [3, 3])], classes: 2, height: 2, width: 2
  )
  let shares = uneven.shares(of: 0)
  #expect(zip(shares.counted.floats, [1, 1, 1, 1]).allSatisfy { abs($0 - $1) < 1e-6 })
  let expected: [Float] = [1 / 2.25, 1.25 / 2.25, 0, 1, 0, 1, 0, 1]
  #expect(zip(shares.classes.floats, expected).allSatisfy { abs($0 - $1) < 1e-6 })
}

@Test func unfitMasksAreRefusedWithTheMend() throws {
  let problem = PlantedMaps()
  func refusal(
    masks: [Tensor?]? = nil, groups: [Int]? = nil, maps: Tensor? = nil, classes: Int = 3,
    probe: SegmentationProbe = quick
  ) -> String {
    do {
      _ = try problem.evaluate(probe, maps: maps, masks: masks, groups: groups, classes: classes)
    } catch {
      return "\(error)"
    }
    return ""
  }
  func with(_ mask: Tensor) -> [Tensor?] { [mask] + Array(problem.masks.dropFirst()) }
  #expect(refusal(classes: 2).contains("has class 2 in row"))
  #expect(refusal(classes: 1).contains("2 to 255") && refusal(classes: 256).contains("2 to 255"))
  #expect(refusal(masks: with(Tensor.zeros([8, 16], dtype: .uint8))).contains("cut the mask"))
  #expect(refusal(masks: with(Tensor.zeros([8, 8]))).contains("uint8"))
  #expect(
    refusal(masks: with(Tensor.zeros([1, 8, 8], dtype: .uint8))).contains("rows and columns"))
  #expect(refusal(masks: Array(problem.masks.dropLast())).contains("one for each image"))
  #expect(refusal(groups: [1, 2]).contains("one for each image"))
  #expect(refusal(groups: (0..<40).map { $0 < 30 ? 1 : 2 }).contains("one group"))
  #expect(refusal(groups: [Int](repeating: 1, count: 40)).contains("keep groups whole"))
  let one = [Tensor](repeating: Tensor.full([8, 8], 1, dtype: .uint8), count: 40)
  #expect(refusal(masks: one).contains("class 1 alone"))
  let none = [Tensor](repeating: Tensor.full([8, 8], 255, dtype: .uint8), count: 40)
  #expect(refusal(masks: none).contains("no labelled image"))
  let broken = problem.maps.copy()
  broken[4][2].assign(Tensor([Float.nan]))
  #expect(refusal(maps: broken).contains("feature 2 of image 4"))
  #expect(refusal(probe: SegmentationProbe(patches: 0)).contains("1 or more"))
  #expect(refusal(probe: SegmentationProbe(PenaltyPath(penalties: [0]))).contains("above 0"))
}
