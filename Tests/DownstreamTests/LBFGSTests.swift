import Testing
import Torch

@testable import Downstream

@Test func quadraticIsSolvedFromABadDiagonal() {
  // ½ Σ cᵢ xᵢ² − Σ xᵢ with curvatures over four decades; minimum at 1 / c.
  let curvatures = Tensor((0..<20).map { 1e-2 * Double(1 << ($0 / 2)) * 1.37 })
  let minimum = LBFGS(tolerance: 1e-12, iterations: 200).minimise(
    from: curvatures * 0, diagonal: curvatures * 0 + 1
  ) { x in ((curvatures * x.square() * 0.5 - x).sum().scalar, curvatures * x - 1) }
  #expect(minimum.converged)
  #expect(((minimum.point * curvatures) - 1).abs().max().scalar < 1e-4)
}

@Test func exactDiagonalNeedsOneStep() {
  let curvatures = Tensor([1.0, 100, 1e4])
  let minimum = LBFGS(tolerance: 1e-9, iterations: 200).minimise(
    from: curvatures * 0, diagonal: 1 / curvatures
  ) { x in ((curvatures * x.square() * 0.5 - x).sum().scalar, curvatures * x - 1) }
  #expect(minimum.iterations == 1)
}

@Test func steepWallsAreBackedAwayFrom() {
  // eˣ − 3x from x = −20 with a wild first step; minimum at ln 3.
  let minimum = LBFGS(tolerance: 1e-10, iterations: 100).minimise(
    from: Tensor([-20.0]), diagonal: Tensor([1000.0])
  ) { x in ((x.exp() - x * 3).sum().scalar, x.exp() - 3) }
  #expect(abs(minimum.point.scalar - 1.0986122887) < 1e-4)
}

@Test func stoppingEarlyIsReported() {
  let minimum = LBFGS(tolerance: 1e-12, iterations: 1).minimise(
    from: Tensor([-20.0]), diagonal: Tensor([0.01])
  ) { x in (x.square().square().sum().scalar, x.pow(3) * 4) }
  #expect(!minimum.converged)
}

@Test("The gradient is that of the loss", arguments: [false, true])
func gradientIsRight(_ balanced: Bool) {
  let stream = RandomStream(seed: 2)
  let points = stream.normal([50, 4]).to(.float64)
  let labels = (0..<50).map { $0 % 7 == 0 ? 2 : $0 % 2 }
  let objective = LogisticObjective(
    points: points, energies: points.square().mean(over: 0), labels: labels, classes: 3,
    balanced: balanced)
  let place = stream.normal([3, 5]).to(.float64)
  let (_, gradient) = objective.valueAndGradient(place, penalty: 0.3)
  for element in 0..<15 {
    let nudge = (Tensor([element]).oneHot(15).to(.float64) * 1e-5).reshaped(3, 5)
    let up = objective.valueAndGradient(place + nudge, penalty: 0.3).0
    let down = objective.valueAndGradient(place - nudge, penalty: 0.3).0
    #expect(abs((up - down) / 2e-5 - gradient.reshaped(15)[element].scalar) < 1e-8)
  }
}

@Test func principalBasisKeepsEveryDistance() {
  let stream = RandomStream(seed: 2)
  for (rows, columns) in [(40, 12), (12, 40), (1, 5)] {
    let points = stream.normal([rows, columns]).to(.float64)
    let basis = PrincipalBasis(points)
    let rank = basis.directions.size(1)
    #expect(rank == min(rows, columns))
    let unit = basis.directions.transposed().matmul(basis.directions)
    #expect((unit - Tensor.identity(rank, dtype: .float64)).abs().max().scalar < 1e-9)
    let there = points.matmul(basis.directions)
    #expect((there.square().mean(over: 0) - basis.energies).abs().max().scalar < 1e-9)
    let back = there.matmul(basis.directions.transposed())
    #expect((back - points).abs().max().scalar < 1e-9)
  }
}
