import Testing
import Torch

@testable import Downstream

private var points: Tensor { RandomStream(seed: 2).normal([50, 4]).to(.float64) }
private let labels = (0..<50).map { $0 % 7 == 0 ? 2 : $0 % 2 }
private var place: Tensor { RandomStream(seed: 3).normal([3, 5]).to(.float64) }

private func soft(_ targets: Tensor, areTags: Bool, weights: Tensor? = nil) -> LogisticObjective {
  LogisticObjective(
    points: points, energies: points.square().mean(over: 0), targets: targets, areTags: areTags,
    weights: weights)
}

@Test("Soft targets of one class each are labels", arguments: [false, true])
func oneHotSharesAreLabels(_ balanced: Bool) {
  let hard = LogisticObjective(
    points: points, energies: points.square().mean(over: 0), labels: labels, classes: 3,
    balanced: balanced)
  let hot = Tensor(labels).oneHot(3).to(.float64)
  // Of any size in all: an image weighs one over the images of its class.
  let weights = (1 / hot.sum(over: 0)).rows(Tensor(labels)) * 17
  let other = soft(hot, areTags: false, weights: balanced ? weights : nil)
  let (loss, gradient) = hard.valueAndGradient(place, penalty: 0.3)
  let (otherLoss, otherGradient) = other.valueAndGradient(place, penalty: 0.3)
  #expect(abs(loss - otherLoss) < 1e-12)
  #expect((gradient - otherGradient).abs().max().scalar < 1e-12)
  let curvatures = (hard.inverseCurvature(0.3), other.inverseCurvature(0.3))
  #expect((curvatures.0 / curvatures.1 - 1).abs().max().scalar < 1e-9)
}

@Test("The gradient of soft targets is that of their loss", arguments: [false, true])
func softGradientIsRight(_ areTags: Bool) {
  let stream = RandomStream(seed: 4)
  let scores = stream.normal([50, 3]).to(.float64)
  let objective = soft(
    areTags ? scores.sigmoid() : scores.softmax(), areTags: areTags, weights: stream.uniform([50]))
  let (_, gradient) = objective.valueAndGradient(place, penalty: 0.3)
  for element in 0..<15 {
    let nudge = (Tensor([element]).oneHot(15).to(.float64) * 1e-5).reshaped(3, 5)
    let up = objective.valueAndGradient(place + nudge, penalty: 0.3).0
    let down = objective.valueAndGradient(place - nudge, penalty: 0.3).0
    #expect(abs((up - down) / 2e-5 - gradient.reshaped(15)[element].scalar) < 1e-8)
  }
}

@Test func aPointOfWeightZeroIsNotThere() {
  let hot = Tensor(labels).oneHot(3).to(.float64)
  let weights = Tensor((0..<50).map { $0 < 40 ? 1.0 : 0 })
  let some = soft(hot, areTags: false, weights: weights)
  let fewer = LogisticObjective(
    points: points[0..<40], energies: points.square().mean(over: 0), targets: hot[0..<40],
    areTags: false)
  let (a, b) = (
    some.valueAndGradient(place, penalty: 0.3), fewer.valueAndGradient(place, penalty: 0.3)
  )
  #expect(abs(a.0 - b.0) < 1e-12)
  #expect((a.1 - b.1).abs().max().scalar < 1e-12)
}
