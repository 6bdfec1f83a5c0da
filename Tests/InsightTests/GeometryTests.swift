import Foundation
import Insight
import Testing
import Torch

// Figures of numpy 2 and scipy 1 (svd; eigh of the pair of covariances) and of PyTorch (pdist) on
// ReferenceFeatures.swift.

private func near(_ a: Double, _ b: Double) -> Bool { abs(a - b) < 1e-4 }

@Suite struct SpectrumTests {
  @Test func singularValuesAreThoseOfTheCentredFeatures() {
    let spectrum = Spectrum(ReferenceFeatures.first)
    #expect(spectrum.singularValues.count == 16)
    #expect(near(spectrum.singularValues[0], 13.211212827686165))
    #expect(near(spectrum.singularValues[7], 3.181739432272768))
    #expect(near(spectrum.singularValues[15], 1.4768090371490497))
    #expect(near(spectrum.variances[0], 13.211212827686165 * 13.211212827686165 / 119))
    #expect(near(spectrum.explained[15], 1) && spectrum.explained[0] < spectrum.explained[1])
  }

  @Test func fewImagesOfManyDimensionsHaveAsManyValuesAsImages() {
    let values = Spectrum(ReferenceFeatures.features(20, 40, salt: 2)).singularValues
    #expect(values.count == 20)
    #expect(near(values[0], 6.145371522675673) && near(values[18], 0.3245380488283841))
    #expect(near(values[19], 0))
  }

  @Test func theExponentIsThatOfTheFastSSLFit() {
    let spectrum = Spectrum(ReferenceFeatures.first)
    #expect(near(spectrum.powerLawExponent(), 1.9890754348452746))
    #expect(near(spectrum.powerLawExponent(ranks: 2...10), 1.9708866))
    #expect(spectrum.powerLawExponent(ranks: 16...20).isNaN)
  }

  @Test func aPowerLawGivesBackItsExponent() {
    // Orthogonal columns of sines over whole periods, scaled to variances i^−1.5.
    let rows = (0..<200).flatMap { n in
      (1...40).map { i in
        sin(2 * .pi * Double(n * i) / 200) * pow(Double(i), -0.75)
      }
    }
    let spectrum = Spectrum(Tensor(rows, shape: [200, 40]))
    #expect(near(spectrum.powerLawExponent(), 1.5))
  }

  @Test func aFeatureThatIsNotFiniteGivesNoNumber() {
    let broken = Tensor([1, .nan, 0, 2, 3, .infinity, 4, 1] as [Float], shape: [4, 2])
    #expect(Spectrum(broken).singularValues.allSatisfy { $0.isNaN })
    #expect(Spectrum(broken).powerLawExponent(ranks: 1...2).isNaN)
    #expect(lidar(broken.reshaped(2, 2, 2)).isNaN)
  }

  @Test func featuresThatDoNotVaryHaveNoSpectrum() {
    let spectrum = Spectrum(.ones([8, 4]))
    #expect(spectrum.explained == [0, 0, 0, 0] && spectrum.powerLawExponent(ranks: 1...4).isNaN)
  }
}

@Suite struct LiDARTests {
  @Test func agreesWithTheGeneralisedEigenvaluesOfScipy() {
    #expect(near(lidar(ReferenceFeatures.views), 5.6331183274747945))
  }

  @Test func doesNotCountDirectionsInWhichViewsDifferAsImagesDo() {
    let random = RandomStream(seed: 1)
    // Images differ along 3 of 12 directions; views along all.
    let images = concatenated(
      [random.normal([60, 1, 3], deviation: 5), .zeros([60, 1, 9])], along: 2)
    let views = images + random.normal([60, 10, 12])
    let rank = lidar(views)
    #expect(rank > 2.5 && rank < 4)
    #expect(effectiveRank(views.reshaped(600, 12)) > 8)
  }
}

@Suite struct SphereTests {
  @Test func alignmentIsThatOfWangAndIsola() {
    let views = ReferenceFeatures.views
    let (a, b) = (views.selected(0, along: 1), views.selected(1, along: 1))
    #expect(near(alignment(a, b), 0.03919009271800094))
    #expect(near(alignment(a, b, power: 1), 0.1912516670342931))
    #expect(alignment(a, a * 3) < 1e-10)
  }

  @Test func uniformityIsThatOfWangAndIsola() {
    #expect(near(uniformity(ReferenceFeatures.first), -1.9137269778282915))
    #expect(near(uniformity(ReferenceFeatures.first, sharpness: 3), -2.4053150260669445))
  }

  @Test func uniformityOfManyBlocksIsThatOfOne() {
    let features = ReferenceFeatures.features(120, 8, salt: 3)
    let many = concatenated(Array(repeating: features, count: 20))
    // Each image nineteen times more: pairs of copies add exp(0).
    let pairs = 120.0 * 119
    let sum = exp(uniformity(features)) * pairs
    let expected = log((sum * 400 + 120 * 380) / (2400 * 2399))
    #expect(near(uniformity(many), expected))
  }

  @Test func deviationsAreThoseOfUnitVectors() {
    let deviations = dimensionDeviations(ReferenceFeatures.first).array(of: Double.self)
    #expect(deviations.count == 16)
    #expect(near(deviations[0], 1.5374121425019536) && near(deviations[15], 0.499159474121023))
  }
}
