import Augment
import Foundation
import TestSupport
import Testing
import Torch

@testable import Pretext

@Suite struct LeJEPATests {
  @Test func isTheTrapezoidOfTheSquaredDifferenceOfCharacteristicFunctions() {
    // One image at 1 in one dimension: φ̂(t) = cos t + i·sin t.
    let points = (0...16).map { Double($0) * 3 / 16 }
    let integrand = points.map { t -> Double in
      let normal = exp(-t * t / 2)
      return ((cos(t) - normal) * (cos(t) - normal) + sin(t) * sin(t)) * normal
    }
    let sum = integrand.reduce(0, +) - (integrand[0] + integrand[16]) / 2
    let one = Tensor.ones([1, 1, 1])
    #expect(isClose(sigReg(one, directions: .ones([1, 1])), .full([], 2 * sum * 3 / 16)))
    // Twice as many images at the same place: twice the statistic.
    let two = Tensor.ones([1, 2, 1])
    #expect(isClose(sigReg(two, directions: .ones([1, 1])), .full([], 4 * sum * 3 / 16)))
  }

  @Test func isSmallestForAStandardNormalDistribution() {
    let random = RandomStream(seed: 1)
    let z = random.normal([1, 512, 8])
    let directions = randomDirections(64, dimensions: 8, random: random, device: .cpu)
    #expect(isClose(directions.norm(over: 0), .ones([64])))
    func statistic(_ z: Tensor) -> Double { sigReg(z, directions: directions).scalar }
    let normal = statistic(z)
    #expect(normal < 2)
    for other in [z * 0.5, z * 2, z + 1, z * 0] { #expect(statistic(other) > 5 * normal) }
    // One dimension repeated is normal along every axis, not along every direction.
    #expect(statistic(z.sliced(0..<1, along: 2).expanded(1, 512, 8)) > 5 * normal)
  }

  @Test func onlyLargeViewsMakeTheCentre() {
    let z = Tensor([1, 3, 8] as [Float], shape: [3, 1, 1])
    // The centre of 1 and 3 is 2: (1 + 1 + 36) / 3.
    #expect(isClose(distanceFromCentre(z, globals: 2), .full([], 38.0 / 3)))
  }

  @Test func asksForLargeAndSmallCrops() {
    var options = LeJEPA.Options()
    #expect(LeJEPA.views(options, imageSize: 32).views.map(\.size) == [32, 32, 32, 32])
    options.views = 2
    options.locals = 3
    let plan = LeJEPA.views(options, imageSize: 224)
    #expect(plan.views.map(\.size) == [224, 224, 96, 96, 96])
    #expect(plan.groups.map(\.augmentation.crop?.maximumScale) == [1, 0.3])
  }

  @Test func refusesOneView() throws {
    var options = LeJEPA.Options()
    options.views = 1
    #expect(throws: PretextError.self) { try LeJEPA(options, tinyContext()) }
  }
}
