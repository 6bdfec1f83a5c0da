import Pretext
import TestSupport
import Testing
import Torch

/// Every loss that the reference figures know, in value and gradients.
@Suite(.enabled(if: Fixtures.folder != nil)) struct LossParityTests {
  typealias Loss = @Sendable (ReferenceLoss, [String: Tensor]) -> Tensor?

  static let losses: [(case: String, loss: Loss)] = [
    (
      "moco",
      { reference, x in
        guard let q = x["query"], let k = x["key"], let queue = x["queue"],
          let temperature = reference.parameters["temperature"]
        else { return nil }
        return infoNCE(q, k, queue: queue.transposed(), temperature: temperature)
      }
    ),
    ("byol", { _, x in pair(x, "p", "z", byolLoss) }),
    ("simsiam", { _, x in pair(x, "p", "z", simSiamLoss) }),
    (
      "barlow_solo",
      { reference, x in
        guard let lambda = reference.parameters["lamb"],
          let scale = reference.parameters["scale_loss"]
        else { return nil }
        return pair(x, "z0", "z1") { barlowTwinsLoss($0, $1, offDiagonal: lambda, scale: scale) }
      }
    ),
    (
      "vicreg_lightly",
      { _, x in
        pair(x, "z0", "z1") { vicRegLoss($0, $1, invariance: 25, variance: 25, covariance: 1) }
      }
    ),
    ("swav_two_views", { _, x in swav(x, large: ["q0", "q1"], small: []) }),
    ("swav_multicrop", { _, x in swav(x, large: ["q0", "q1"], small: ["l0", "l1"]) }),
    (
      "dino_first_step",
      { reference, x in
        let teacher = ["t0", "t1"].compactMap { x[$0] }
        let student = ["s0", "s1", "s2"].compactMap { x[$0] }
        guard let warm = reference.parameters["teacher_temp"],
          let cool = reference.parameters["student_temp"]
        else { return nil }
        return dinoLoss(
          teacher: teacher, student: student, centre: .zeros([1, teacher[0].size(1)]),
          teacherTemperature: warm, studentTemperature: cool)
      }
    ),
    (
      "deepclusterv2",
      { reference, x in
        guard let scores = x["outputs"], let clusters = x["assignments"],
          let temperature = reference.parameters["temperature"]
        else { return nil }
        return clusterLoss(scores, clusters, temperature: temperature)
      }
    ),
    ("mse_masked_pixels", { _, x in pair(x, "pred", "target", maskedPixelLoss) }),
  ]

  @Test(arguments: losses.map(\.case))
  func agreesWithTheReferenceInValueAndGradient(name: String) throws {
    let reference = try #require(try ReferenceLoss.cases(name).first { $0.name == name })
    let loss = try #require(Self.losses.first { $0.case == name }).loss
    let problems = reference.disagreements { inputs in
      loss(reference, inputs) ?? .zeros([])
    }
    #expect(problems.isEmpty, "\(problems)")
  }

  private static func pair(
    _ x: [String: Tensor], _ a: String, _ b: String, _ loss: (Tensor, Tensor) -> Tensor
  ) -> Tensor? {
    guard let a = x[a], let b = x[b] else { return nil }
    return loss(a, b)
  }

  private static func swav(_ x: [String: Tensor], large: [String], small: [String]) -> Tensor {
    let scores = (large + small).compactMap { x[$0] }
    let codes = scores.prefix(large.count).map { sinkhorn($0) }
    return swavLoss(scores, codes: codes, temperature: 0.1)
  }
}
