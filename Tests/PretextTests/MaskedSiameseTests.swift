import Pretext
import TestSupport
import Testing
import Torch
import TorchNN

/// MSN and PMSN beside the reference figures of their losses.
@Suite struct MaskedSiameseTests {
  private let even = Tensor.full([4], 0.25)
  private let uneven = Tensor([Float(0.7), 0.1, 0.1, 0.1])

  @Test func theTermsInTheMeanAreLeastAtTheirPrior() {
    #expect(abs(entropyDeficit(even).scalar) < 1e-6 && entropyDeficit(uneven).scalar > 0.3)
    #expect(abs(powerLawDivergence(even, exponent: 0).scalar) < 1e-6)
    let law = Tensor([Float(1), 1 / 2, 1 / 3, 1 / 4]) / (25.0 / 12)
    #expect(abs(powerLawDivergence(law, exponent: 1).scalar) < 1e-6)
    #expect(powerLawDivergence(even, exponent: 1).scalar > 0.05)
  }

  @Test func stateGoesByTheNamesOfEveryMethod() throws {
    let task = try MSN.make(
      changing: ["hidden": .number(24), "output": .number(12)], tinyContext("vit-micro:patch=8"))
    let names = task.state.map(\.name)
    #expect(names.contains("backbone.cls_token") && names.contains("teacher.backbone.cls_token"))
    #expect(names.contains("prototypes") && Set(names).count == names.count)
  }

  @Test func theAnchorNetworkMissesPatchesOfItsLargeView() throws {
    func loss(_ ratio: Double) throws -> Double {
      let task = try MSN.make(
        changing: [
          "hidden": .number(24), "output": .number(12), "maskRatio": .number(ratio),
        ], tinyContext("vit-micro:patch=4"))
      return task.loss(noiseViews(2), firstStep).value.scalar
    }
    #expect(try abs(loss(0) - loss(0.5)) > 1e-6)
    #expect(throws: PretextError.self) { try loss(1) }
  }
}
