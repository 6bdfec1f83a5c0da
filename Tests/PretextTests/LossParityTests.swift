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
    (
      "dcl",
      { reference, x in
        guard let temperature = reference.parameters["temperature"] else { return nil }
        return pair(x, "z0", "z1") { decoupledNTXent($0, $1, temperature: temperature) }
      }
    ),
    (
      "dclw",
      { reference, x in
        guard let temperature = reference.parameters["temperature"],
          let sigma = reference.parameters["sigma"]
        else { return nil }
        return pair(x, "z0", "z1") {
          decoupledNTXent($0, $1, temperature: temperature, sigma: sigma)
        }
      }
    ),
    (
      "nnclr",
      { reference, x in
        guard let temperature = reference.parameters["temperature"] else { return nil }
        return pair(x, "nn", "p") { infoNCE($0, $1, temperature: temperature) }
      }
    ),
    (
      "directclr",
      { reference, x in
        guard let temperature = reference.parameters["temperature"],
          let width = reference.parameters["loss_dim"]
        else { return nil }
        return pair(x, "z0", "z1") {
          directCLRLoss($0, $1, width: Int(width), temperature: temperature)
        }
      }
    ),
    (
      "macl",
      { reference, x in
        guard let temperature = reference.parameters["temperature"],
          let alpha = reference.parameters["alpha"], let threshold = reference.parameters["A_0"]
        else { return nil }
        return pair(x, "z0", "z1") {
          maclLoss($0, $1, temperature: temperature, alpha: alpha, threshold: threshold)
        }
      }
    ),
    (
      "tico_first_step",
      { reference, x in
        guard let z0 = x["z0"], let z1 = x["z1"], let memory = reference.parameters["beta"],
          let contrast = reference.parameters["rho"]
        else { return nil }
        let none = Tensor.zeros([z0.size(1), z0.size(1)])
        return tiCoLoss(
          z0, z1, covariance: tiCoCovariance(z0, previous: none, memory: memory),
          contrast: contrast)
      }
    ),
    (
      "frossl",
      { reference, x in
        guard let weight = reference.parameters["invariance_weight"] else { return nil }
        return pair(x, "z0", "z1") { froSSLLoss([$0, $1], invariance: weight) }
      }
    ),
    (
      // The reference lowers the coding rate, which the paper and the authors' code raise.
      "emp_ssl",
      { reference, x in
        let z = stacked(["z0", "z1", "z2"].compactMap { x[$0] })
        guard let epsilon = reference.parameters["tcr_eps"],
          let weight = reference.parameters["inv_coef"]
        else { return nil }
        return totalCodingRate(z, epsilon: epsilon) - weight * similarityToMean(z)
      }
    ),
    (
      "ressl",
      { reference, x in
        guard let q = x["q"], let k = x["k"], let queue = x["queue"],
          let student = reference.parameters["temperature_q"],
          let teacher = reference.parameters["temperature_k"]
        else { return nil }
        return relationLoss(
          q, k, queue: queue, studentTemperature: student, teacherTemperature: teacher)
      }
    ),
    (
      "msn",
      { reference, x in
        guard let weight = reference.parameters["regularization_weight"],
          let sharpening = reference.parameters["target_sharpen_temperature"]
        else { return nil }
        return prototypes(
          reference, x, sharpening: sharpening, weight: weight, penalty: entropyDeficit)
      }
    ),
    (
      "pmsn",
      { reference, x in
        guard let exponent = reference.parameters["power_law_exponent"] else { return nil }
        // Weight and sharpening are lightly's defaults.
        return prototypes(reference, x, sharpening: 0.25, weight: 1) {
          powerLawDivergence($0, exponent: exponent)
        }
      }
    ),
    (
      "ibot_first_step",
      { reference, x in
        guard let teacher = x["teacher"], let student = x["student"], let mask = x["mask"],
          let warm = reference.parameters["teacher_temp"],
          let cool = reference.parameters["student_temp"]
        else { return nil }
        let hidden = mask.flattened(from: 1)
        let share = 1 / hidden.to(.float32).sum(over: 1, keepingAxes: true).clamped(from: 1)
        let weights =
          share.expanded(-1, hidden.size(1)).flattened()
          .rows(hidden.flattened().nonzero().squeezed(1)) / Double(mask.size(0))
        return hiddenPatchLoss(
          student, targets: (teacher / warm).softmax(), weights: weights, studentTemperature: cool)
      }
    ),
    (
      "koleo",
      { reference, x in
        guard let x = x["x"], let epsilon = reference.parameters["eps"] else { return nil }
        return koLeoLoss(x, epsilon: epsilon)
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

  private static func prototypes(
    _ reference: ReferenceLoss, _ x: [String: Tensor], sharpening: Double, weight: Double,
    penalty: (Tensor) -> Tensor
  ) -> Tensor? {
    guard let anchors = x["anchors"], let targets = x["targets"], let prototypes = x["prototypes"],
      let temperature = reference.parameters["temperature"]
    else { return nil }
    return prototypeMatchingLoss(
      anchors: anchors, targets: targets, prototypes: prototypes, temperature: temperature,
      sharpening: sharpening, weight: weight, penalty: penalty)
  }
}
