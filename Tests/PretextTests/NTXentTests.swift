import Foundation
import Pretext
import TestSupport
import Testing
import Torch

@Suite struct NTXentTests {
  @Test(.enabled(if: Fixtures.folder != nil))
  func agreesWithTheReferenceInValueAndGradient() throws {
    let cases = try ReferenceLoss.cases("ntxent_")
    #expect(cases.count >= 3)
    for reference in cases {
      let temperature = try #require(reference.parameters["temperature"])
      let problems = reference.disagreements { inputs in
        guard let z0 = inputs["z0"], let z1 = inputs["z1"] else { return .zeros([]) }
        return ntXent(z0, z1, temperature: temperature)
      }
      #expect(problems.isEmpty, "\(problems)")
    }
  }

  @Test func isWhatTheFormulaSaysForOnePair() {
    // One pair at right angles to itself: the only other row is the partner, so the loss is 0.
    let z = Tensor([1, 0] as [Float], shape: [1, 2])
    #expect(abs(ntXent(z, z * 3, temperature: 0.5).scalar) < 1e-6)
    // Two orthogonal images with identical views: −log(e^{1/τ} / (e^{1/τ} + 2)).
    let two = Tensor([1, 0, 0, 1] as [Float], shape: [2, 2])
    let expected = -log(exp(2.0) / (exp(2.0) + 2))
    #expect(abs(ntXent(two, two, temperature: 0.5).scalar - expected) < 1e-6)
  }

  @Test func doesNotDependOnTheOrderOfTheBatchOrTheScaleOfItsRows() {
    let random = RandomStream(seed: 3)
    let (z0, z1) = (random.normal([9, 5]), random.normal([9, 5]))
    let order = random.permutation(9)
    let loss = ntXent(z0, z1, temperature: 0.2)
    #expect(isClose(loss, ntXent(z0.rows(order), z1.rows(order), temperature: 0.2)))
    #expect(isClose(loss, ntXent(z1 * 7, z0 * 0.1, temperature: 0.2)))
  }

  @Test func isComputedInFullPrecisionUnderAutocast() {
    let random = RandomStream(seed: 4)
    let (z0, z1) = (random.normal([16, 8]), random.normal([16, 8]))
    let plain = ntXent(z0, z1, temperature: 0.1)
    let cast = withAutocast(.bfloat16, on: .cpu) { ntXent(z0, z1, temperature: 0.1) }
    #expect(plain.scalar == cast.scalar)
    // Autocast is as it was before for what follows.
    let product = withAutocast(.bfloat16, on: .cpu) { () -> Tensor in
      _ = ntXent(z0, z1, temperature: 0.1)
      return z0.matmul(z1.transposed())
    }
    #expect(product.dtype == .bfloat16)
  }
}
