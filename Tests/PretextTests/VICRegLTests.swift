import TestSupport
import Testing
import Torch

@testable import Pretext

@Suite struct VICRegLTests {
  /// Numbers that any language makes alike: 2·sin(step · i).
  static func waves(_ step: Double, _ shape: Int...) -> Tensor {
    let count = shape.reduce(1, *)
    return (Tensor.range(to: Double(count), dtype: .float32) * step).sin().reshaped(shape) * 2
  }

  static let weights = VICRegWeights(invariance: 25, variance: 25, covariance: 1)

  /// Maps of 2×2 and 2×3 places, somewhere in the image.
  static func maps() -> (Places, Places) {
    (
      Places(embeddings: waves(0.8, 4, 4, 3), centres: waves(1.3, 4, 4, 2)),
      Places(embeddings: waves(1.1, 4, 6, 3), centres: waves(1.7, 4, 6, 2))
    )
  }

  // VICRegLLoss of lightly 1.6 on the same numbers, its local part. With (20, 4) a map of 4 places
  // gives all of them, whichever way.
  @Test(arguments: [(20, 4, 51.751854), (2, 1, 27.945477)])
  func isWhatLightlyComputes(_ first: Int, _ second: Int, _ expected: Double) {
    let (a, b) = Self.maps()
    let loss = localVICRegLoss(a, b, weights: Self.weights, matches: (first, second))
    #expect(abs(loss.scalar - expected) < 1e-3, "\(loss.scalar)")
    let swapped = localVICRegLoss(b, a, weights: Self.weights, matches: (first, second))
    #expect(isClose(loss, swapped, tolerance: 1e-5))
  }

  // lightly's global part, which halves VICReg's covariances.
  @Test func imagesAreVICRegWithHalfItsCovariances() {
    let loss = vicRegLoss(
      Self.waves(0.7, 4, 3), Self.waves(0.9, 4, 3), invariance: 25, variance: 25, covariance: 0.5)
    #expect(abs(loss.scalar - 65.187874) < 1e-3, "\(loss.scalar)")
  }

  @Test func theClosestPairsAreKeptBestFirst() {
    let distances = Tensor([5, 3, 1, 9, 7, 2] as [Float], shape: [1, 3, 2])
    let two = PlaceMatches(distances, count: 2)
    #expect(two.places.ints == [1, 2] && two.partners.ints == [0, 1])
    let all = PlaceMatches(distances, count: 20)
    #expect(all.places.ints == [1, 2, 0] && all.partners.ints == [0, 1, 1])
  }

  @Test func distancesAreThoseOfEachPairOfPlaces() {
    let random = RandomStream(seed: 1)
    let (a, b) = (random.normal([2, 3, 4]).requiringGradient(), random.normal([2, 5, 4]))
    let direct = (a.unsqueezed(2) - b.unsqueezed(1)).square().sum(over: 3)
    #expect(isClose(squareDistances(a, b), direct, tolerance: 1e-5))
    #expect(!squareDistances(a, b).requiresGradient)
  }

  @Test func placesLieInTheMiddleOfTheirShareOfTheCrop() {
    // A crop from (0.2, 0.4), 0.4 wide and 0.6 high: columns at 0.3 and 0.5, rows at 0.5, 0.7, 0.9.
    let box = Tensor([0.2, 0.4, 0.4, 0.6, 0.2, 0.4, 0.4, 0.6] as [Float], shape: [2, 4])
    let flips = Tensor([false, false, true, true], shape: [2, 2])
    let centres = placeCentres(box, flips: flips, height: 3, width: 2)
    let plain: [Float] = [0.3, 0.5, 0.5, 0.5, 0.3, 0.7, 0.5, 0.7, 0.3, 0.9, 0.5, 0.9]
    // Turned both ways the map runs from the last place to the first.
    let turned: [Float] = [0.5, 0.9, 0.3, 0.9, 0.5, 0.7, 0.3, 0.7, 0.5, 0.5, 0.3, 0.5]
    #expect(isClose(centres, Tensor(plain + turned, shape: [2, 6, 2]), tolerance: 1e-6))
  }

  @Test func placesOfATurnedCropAreTurnedAboutItsMiddle() {
    // A quarter turn: the view's right is the crop's lower edge, its bottom the crop's left.
    let box = Tensor([0.2, 0.4, 0.4, 0.6] as [Float], shape: [1, 4])
    let turns = Tensor([0, -1, 1, 0] as [Float], shape: [1, 2, 2])
    let flips = Tensor([false, false], shape: [1, 2])
    let centres = placeCentres(box, flips: flips, turns: turns, height: 2, width: 2)
    let expected: [Float] = [0.5, 0.55, 0.5, 0.85, 0.3, 0.55, 0.3, 0.85]
    #expect(isClose(centres, Tensor(expected, shape: [1, 4, 2]), tolerance: 1e-6))
  }

  @Test func aFlippedViewMeetsItsMirrorImage() {
    // The same crop, once flipped: the left column of one is the right column of the other.
    let box = Tensor([0.1, 0.1, 0.8, 0.8] as [Float], shape: [1, 4])
    let centres = [false, true].map { isFlipped in
      placeCentres(
        box, flips: Tensor([isFlipped, false], shape: [1, 2]), height: 2, width: 2)
    }
    let matches = PlaceMatches(squareDistances(centres[0], centres[1]), count: 4)
    let pairs = zip(matches.places.ints, matches.partners.ints).sorted { $0.0 < $1.0 }
    #expect(pairs.map(\.1) == [1, 0, 3, 2])
  }

  @Test func refusesATransformerAndSharesThatAreNone() throws {
    #expect(throws: PretextError.self) {
      try VICRegL.make(changing: [:], tinyContext("vit-micro:patch=8"))
    }
    for options: [String: JSONValue] in [["global": .number(1.5)], ["backMatches": .number(0)]] {
      #expect(throws: PretextError.self) {
        try VICRegL.make(changing: options, tinyContext())
      }
    }
  }
}
