import TestSupport
import Testing
import Torch
import TorchNN

/// Least squares through a tanh layer: the mean of (tanh(x·w + b) − y)².
private struct Problem {
  let weight = Parameter(
    Tensor([Float](arrayLiteral: 0.3, -0.2, 0.5, -0.6, 0.4, 0.1), shape: [2, 3]))
  let bias = Parameter(Tensor([Float](arrayLiteral: 0.05, -0.1, 0.2)))
  var parameters: [(name: String, parameter: Parameter)] { [("w", weight), ("b", bias)] }
  var values: [Float] { weight.value.floats + bias.value.floats }

  func gradients() {
    let x = Tensor([Float](arrayLiteral: 0.5, -1, 1.5, 2, -0.5, 0.25, 1, -0.75), shape: [4, 2])
    let y = Tensor(
      [Float](arrayLiteral: 0.1, 0.2, -0.3, 0.5, -0.4, 0, 0.25, 0.75, -0.5, -0.2, 0.3, 0.6),
      shape: [4, 3])
    ((x.matmul(weight.value) + bias.value).tanh() - y).square().mean().backward()
  }

  func train(_ optimizer: Optimizer, steps: Int, learningRate: Double) {
    for _ in 0..<steps {
      optimizer.clearGradients()
      gradients()
      optimizer.step(learningRate: learningRate)
    }
  }
}

/// Five steps of a rule, and where PyTorch arrives.
struct Trajectory: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var choice: OptimizerChoice
  var learningRate: Double
  var expected: [Float]
}

/// From torch 2.13 in float32:
/// `torch.optim.SGD([{w, weight_decay=.1}, {b, weight_decay=0}], lr=.5, momentum=.9)`, AdamW alike with
/// `lr=.1, betas=(.9, .95)`; for LARS, on w alone before SGD with momentum,
/// `f = .02·‖w‖ / (‖g‖ + .1·‖w‖ + 1e-8)`, with clipping `f = min(f / lr, 1)`, `g = (g + .1·w)·f`.
private let trajectories = [
  Trajectory(
    testDescription: "SGD", choice: .sgd(momentum: 0.9, weightDecay: 0.1), learningRate: 0.5,
    expected: [
      0.0271971524, -0.26153931, 0.182343096, 0.932546735, -0.681526065, -0.222704202,
      0.198854998, 0.795734465, -0.495641589,
    ]),
  Trajectory(
    testDescription: "AdamW", choice: .adamW(beta2: 0.95, weightDecay: 0.1), learningRate: 0.1,
    expected: [
      0.385507256, -0.400287837, 0.178682417, -0.106995195, -0.0889599696, -0.164981589,
      0.29484269, 0.397255093, -0.252712041,
    ]),
  Trajectory(
    testDescription: "LARS, clipping", choice: .lars(weightDecay: 0.1), learningRate: 0.01,
    expected: [
      0.300226539, -0.207335368, 0.484220892, -0.543718159, 0.3480286, 0.0958218053, 0.0581329949,
      -0.0759105831, 0.172135234,
    ]),
  Trajectory(
    testDescription: "LARS below the clip", choice: .lars(weightDecay: 0.1), learningRate: 4,
    expected: [
      0.304297239, -0.239301071, 0.484338731, -0.454267621, 0.307063222, 0.0298380274,
      0.853357732, 0.0431593657, -0.174962223,
    ]),
  Trajectory(
    testDescription: "LARS without clip", choice: .lars(weightDecay: 0.1, clips: false),
    learningRate: 4,
    expected: [
      0.260857135, -0.369066507, 0.455149978, -0.0748013705, -0.00397454947, -0.122361585,
      -0.310599446, -0.114342332, -0.338111877,
    ]),
]

@Suite("Optimisers")
struct OptimizerTests {
  @Test("five steps arrive where PyTorch does", arguments: trajectories)
  func reference(_ trajectory: Trajectory) {
    let problem = Problem()
    let optimizer = Optimizer(trajectory.choice, problem.parameters)
    problem.train(optimizer, steps: 5, learningRate: trajectory.learningRate)
    #expect(isClose(Tensor(problem.values), Tensor(trajectory.expected), tolerance: 3e-6))
  }

  @Test("weight decay moves matrices and leaves vectors alone", arguments: trajectories)
  func decay(_ trajectory: Trajectory) {
    let problem = Problem()
    let optimizer = Optimizer(trajectory.choice, problem.parameters)
    let before = problem.values
    for (_, parameter) in problem.parameters {
      parameter.value.gradient = Tensor.full(parameter.value.shape, 1e-12)
    }
    optimizer.step(learningRate: 0.1)
    if case .adamW = trajectory.choice {
    } else {
      #expect(problem.bias.value.floats == Array(before[6...]))
    }
    #expect(zip(problem.values, before).prefix(6).allSatisfy { abs($0) < abs($1) })
  }

  @Test("LARS leaves a matrix without slope, and follows the gradient from zero")
  func larsAtZero() {
    let still = Parameter(.ones([2, 2]))
    let zero = Parameter(.zeros([2, 2]))
    let optimizer = Optimizer(.lars(weightDecay: 0.1), [("still", still), ("zero", zero)])
    still.value.gradient = .zeros([2, 2])
    zero.value.gradient = .ones([2, 2])
    optimizer.step(learningRate: 0.5)
    #expect(still.value.floats == [1, 1, 1, 1])
    #expect(zero.value.floats == [-0.5, -0.5, -0.5, -0.5])
  }

  @Test("frozen parameters, and those without gradients, stay where they are")
  func untouched() {
    let problem = Problem()
    problem.bias.freeze()
    let idle = Parameter(.ones([2, 2]))
    let optimizer = Optimizer(
      .adamW(weightDecay: 0.1), problem.parameters + [("idle", idle)])
    problem.train(optimizer, steps: 3, learningRate: 0.1)
    #expect(problem.bias.value.floats == [0.05, -0.1, 0.2])
    #expect(idle.value.floats == [1, 1, 1, 1])
    #expect(!optimizer.state.contains { $0.name.hasSuffix(".b") })
  }

  @Test("a resumed optimiser goes on to the very same numbers", arguments: trajectories)
  func resume(_ trajectory: Trajectory) throws {
    let whole = Problem()
    whole.train(
      Optimizer(trajectory.choice, whole.parameters), steps: 6,
      learningRate: trajectory.learningRate)

    let first = Problem()
    let before = Optimizer(trajectory.choice, first.parameters)
    first.train(before, steps: 3, learningRate: trajectory.learningRate)
    let second = Problem()
    for (old, new) in zip(first.parameters, second.parameters) {
      new.parameter.replace(old.parameter.value.copy())
    }
    let after = Optimizer(trajectory.choice, second.parameters)
    let saved = before.state.map { ($0.name, $0.tensor.copy()) }
    try after.load(Dictionary(uniqueKeysWithValues: saved), steps: before.steps)
    second.train(after, steps: 3, learningRate: trajectory.learningRate)
    #expect(second.values == whole.values)
    #expect(after.steps == 6)
  }

  @Test("the state of other parameters is refused")
  func wrongState() {
    let optimizer = Optimizer(.sgd(weightDecay: 0), Problem().parameters)
    let error = #expect(throws: WeightsError.self) {
      try optimizer.load(["first.w": .zeros([3, 3])], steps: 1)
    }
    #expect(error?.description.contains("first.w") == true)
    #expect(error?.description.contains("first.b") == true)
  }

  @Test("a rate factor multiplies the learning rate of its parameter", arguments: trajectories)
  func rateFactors(_ trajectory: Trajectory) {
    let whole = Problem()
    whole.train(
      Optimizer(trajectory.choice, whole.parameters), steps: 1,
      learningRate: trajectory.learningRate)
    let parts = Problem()
    let optimizer = Optimizer(trajectory.choice, parts.parameters) { $0 == "w" ? 0.25 : 1 }
    parts.train(optimizer, steps: 1, learningRate: trajectory.learningRate)
    #expect(parts.values[6...] == whole.values[6...])
    let slow = Problem()
    slow.train(
      Optimizer(trajectory.choice, slow.parameters), steps: 1,
      learningRate: trajectory.learningRate / 4)
    #expect(parts.values[..<6] == slow.values[..<6])
    #expect(optimizer.state.count == Optimizer(trajectory.choice, slow.parameters).state.count)
  }

  @Test("clipping scales the joint norm down to the limit, and only down")
  func clipping() {
    let problem = Problem()
    let optimizer = Optimizer(.sgd(weightDecay: 0), problem.parameters)
    #expect(optimizer.clipGradients(to: 1) == 0)
    problem.weight.value.gradient = .full([2, 3], 2)
    problem.bias.value.gradient = .full([3], 2)
    #expect(abs(optimizer.clipGradients(to: 3) - 6) < 1e-6)
    #expect(abs(optimizer.clipGradients(to: 10) - 3) < 1e-5)
    #expect(abs(optimizer.clipGradients(to: 10) - 3) < 1e-5)
  }
}

@Suite("Schedules")
struct ScheduleTests {
  @Test("warm-up rises in equal steps to the peak, then half a cosine falls to the end")
  func points() {
    let schedule = CosineSchedule(peak: 2, end: 0.5, warmUp: 4, steps: 12)
    #expect((0..<4).map { schedule($0) } == [0.5, 1, 1.5, 2])
    #expect(schedule(4) == 2)
    #expect(abs(schedule(8) - 1.25) < 1e-12)
    #expect(abs(schedule(12) - 0.5) < 1e-12)
    #expect(abs(schedule(100) - 0.5) < 1e-12)
    #expect((4..<12).allSatisfy { schedule($0) > schedule($0 + 1) })
  }

  @Test("it rises where the end is above the start, as a teacher's momentum does")
  func rising() {
    let schedule = CosineSchedule(peak: 0.99, end: 1, steps: 10)
    #expect(schedule(0) == 0.99)
    #expect(abs(schedule(10) - 1) < 1e-12)
    #expect(CosineSchedule(peak: 1, warmUp: 5, steps: 5)(5) == 1)
  }
}
