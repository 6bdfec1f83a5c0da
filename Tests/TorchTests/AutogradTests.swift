import TestSupport
import Testing
import Torch

/// An operation, and the shape of what it is applied to.
struct Operation: Sendable, CustomTestStringConvertible {
  var name: String
  var shape: [Int]
  var low = -2.0
  var high = 2.0
  var apply: @Sendable (Tensor) -> Tensor

  var testDescription: String { name }
}

@Suite("Gradients")
struct AutogradTests {
  @Test("are those of finite differences", arguments: elementwise + structural + networks + algebra)
  func finiteDifferences(_ operation: Operation) {
    let random = RandomStream(seed: 3, operation.name)
    let values = random.uniform(operation.shape, from: operation.low, to: operation.high)
      .to(.float64)
    let weights = random.normal(operation.apply(values).shape).to(.float64)
    let x = values.copy().requiringGradient()
    (operation.apply(x) * weights).sum().backward()

    let step = 1e-6
    let steps = Tensor.identity(values.count, dtype: .float64) * step
    let slopes = (0..<values.count).map { i -> Double in
      let offset = steps[i].reshaped(operation.shape)
      let rise = operation.apply(values + offset) - operation.apply(values - offset)
      return (rise * weights).sum().scalar / (2 * step)
    }
    let expected = Tensor(slopes, shape: operation.shape)
    #expect(x.gradient.map { isClose($0, expected, tolerance: 1e-7) } == true)
  }

  @Test("match closed forms")
  func closedForms() {
    let x = Tensor([1.0, 2, 3]).requiringGradient()
    (x * x * x).sum().backward()
    #expect(x.gradient?.array(of: Double.self) == [3, 12, 27])

    let logits = Tensor([1.0, -1, 0.5, 2, 0, 1], shape: [2, 3]).requiringGradient()
    let labels = Tensor([2, 0])
    logits.crossEntropy(labels).backward()
    let expected = (logits.detached().softmax() - labels.oneHot(3).to(.float64)) / 2
    #expect(logits.gradient.map { isClose($0, expected, tolerance: 1e-12) } == true)
  }

  @Test("add up over calls, until set to nil")
  func accumulate() {
    let x = Tensor([2.0]).requiringGradient()
    x.square().sum().backward()
    x.square().sum().backward()
    #expect(x.gradient?.scalar == 8)
    x.gradient = nil
    #expect(x.gradient == nil)
    x.gradient = Tensor([5.0])
    #expect(x.gradient?.scalar == 5)
  }

  @Test("do not flow through detached tensors or into frozen ones")
  func detached() {
    let x = Tensor([2.0]).requiringGradient()
    (x * x.detached()).sum().backward()
    #expect(x.gradient?.scalar == 2)
    x.requiringGradient(false)
    #expect(!(x * 2).requiresGradient)
  }
}

private func fixed(_ shape: Int..., seed: UInt64 = 9) -> Tensor {
  RandomStream(seed: seed).normal(shape).to(.float64)
}

private let elementwise: [Operation] = [
  Operation(name: "+ − × ÷", shape: [2, 3]) { (1 - $0) * $0 + $0 / fixed(2, 3) - 3 * $0 / 7 },
  Operation(name: "negative, reciprocal", shape: [4], low: 0.5) { -(2 / $0) },
  Operation(name: "broadcast", shape: [1, 3]) { $0 * fixed(4, 3) + fixed(4, 1) / $0.exp() },
  Operation(name: "exp log log1p", shape: [4], low: 0.5) { $0.exp() + $0.log() * $0.log1p() },
  Operation(name: "sqrt rsqrt square", shape: [4], low: 0.5) {
    $0.sqrt() + $0.rsqrt() * $0.square()
  },
  Operation(name: "sin cos tanh sigmoid", shape: [4]) {
    $0.sin() * $0.cos() + $0.tanh() * $0.sigmoid()
  },
  Operation(name: "relu gelu silu softplus", shape: [6]) {
    $0.relu() + $0.gelu() * $0.silu() + $0.softplus()
  },
  Operation(name: "abs pow", shape: [4]) { $0.abs() + $0.pow(3) + $0.abs().pow(1.5) },
  Operation(name: "maximum minimum", shape: [6]) {
    $0.maximum(fixed(6)) * 2 + $0.minimum(fixed(6, seed: 4))
  },
  Operation(name: "clamped", shape: [8]) { $0.clamped(from: -1, to: 1) * $0 },
  Operation(name: "select filled", shape: [6]) {
    (fixed(6) .> 0).select($0 * 2, else: $0.square()).filled(where: fixed(6) .> 1, with: 7)
  },
  Operation(name: "lerp", shape: [4]) { $0.lerp(to: fixed(4), 0.3) },
]

private let structural: [Operation] = [
  Operation(name: "sum mean", shape: [2, 3]) {
    $0.sum(over: 1) + $0.mean(over: -1) + $0.mean() + $0.sum()
  },
  Operation(name: "max min", shape: [2, 5]) { $0.max(over: 1) * 2 + $0.min(over: 1) },
  Operation(name: "logSumExp variance", shape: [2, 4]) {
    $0.logSumExp(over: 1) + $0.variance(over: 1) * $0.variance(over: 1, correction: 0)
  },
  Operation(name: "norm normalized", shape: [2, 4]) {
    $0.normalized() * $0.norm(over: 1, keepingAxes: true) + $0.normalized(along: 0)
  },
  Operation(name: "softmax logSoftmax", shape: [2, 4]) {
    $0.softmax() * $0.logSoftmax(along: 0)
  },
  Operation(name: "cumulativeSum", shape: [2, 4]) { $0.cumulativeSum(along: 1).square() },
  Operation(name: "top sorted", shape: [2, 5]) {
    $0.top(2).values.sum(over: 1) + $0.sorted(descending: true).values.selected(1, along: 1)
  },
  Operation(name: "reshaped permuted transposed", shape: [2, 3, 2]) {
    $0.permuted(2, 0, 1).reshaped(4, -1).transposed().flattened().square()
  },
  Operation(name: "expanded unsqueezed squeezed", shape: [3]) {
    $0.unsqueezed(0).expanded(2, -1) * $0.unsqueezed(1).squeezed(1)
  },
  Operation(name: "sliced selected flipped", shape: [4, 3]) {
    $0.sliced(1..<3).flipped(0, 1) * $0.selected(1, along: 1)[0] + $0[1..<3]
  },
  Operation(name: "rows gathered", shape: [3, 2]) {
    $0.rows(Tensor([0, 0, 2])) * $0.gathered(Tensor([1, 0, 0], shape: [3, 1]), along: 1)
  },
  Operation(name: "diagonal upperTriangle", shape: [3, 3]) {
    $0.upperTriangle(1) * $0.diagonal()
  },
  Operation(name: "concatenated stacked split", shape: [2, 2]) {
    concatenated([$0, $0 * 2, $0.square()], along: 1).split(3, along: 1)[2]
      * stacked([$0, $0.exp()])
  },
  Operation(name: "channelsLast contiguous copy", shape: [1, 2, 2, 2]) {
    $0.channelsLast().square().contiguous() * $0.copy()
  },
]

private let networks: [Operation] = [
  Operation(name: "matmul linear", shape: [2, 3]) {
    $0.matmul(fixed(3, 4)).linear(fixed(2, 4), fixed(2)).matmul($0)
  },
  Operation(name: "conv2d of images", shape: [1, 2, 4, 4]) {
    $0.conv2d(fixed(4, 1, 3, 3), fixed(4), stride: 2, padding: 1, groups: 2)
  },
  Operation(name: "conv2d of kernels", shape: [2, 2, 3, 3]) {
    fixed(1, 2, 4, 4).conv2d($0, padding: 1)
  },
  Operation(name: "batchNorm", shape: [3, 2, 2, 2]) {
    $0.batchNorm(fixed(2), fixed(2), runningMean: nil, runningVariance: nil, training: true)
  },
  Operation(name: "layerNorm", shape: [2, 4]) { $0.layerNorm([4], fixed(4), fixed(4)) },
  Operation(name: "maxPool2d", shape: [1, 1, 4, 4]) { $0.maxPool2d(3, stride: 2, padding: 1) },
  Operation(name: "attention", shape: [1, 2, 3, 4]) {
    $0.attention($0 * 2, fixed(1, 2, 3, 4)) + fixed(1, 2, 3, 4).attention(fixed(1, 2, 3, 4), $0)
  },
  Operation(name: "crossEntropy", shape: [2, 3]) {
    $0.crossEntropy(Tensor([2, 0]), labelSmoothing: 0.1)
      + $0.crossEntropy(fixed(2, 3).softmax())
  },
  Operation(name: "resized", shape: [1, 1, 3, 3]) {
    $0.resized(height: 5, width: 4)
      + $0.resized(height: 2, width: 2, bicubic: true, antialias: true).mean()
      + $0.resized(height: 5, width: 4, bicubic: true)
      + $0.resized(height: 2, width: 2, antialias: true).mean()
  },
  Operation(name: "gridSample", shape: [1, 1, 3, 3]) {
    $0.gridSample(fixed(1, 2, 2, 2).tanh())
  },
]

private let algebra: [Operation] = [
  Operation(name: "cholesky", shape: [3, 3]) { positive($0).cholesky() },
  Operation(name: "solve", shape: [3, 3]) { positive($0).solve(fixed(3, 2)) },
  Operation(name: "solveTriangular", shape: [3, 3]) {
    positive($0).upperTriangle().solveTriangular(fixed(3, 2), upper: true)
  },
  Operation(name: "singularValues", shape: [3, 2]) { $0.singularValues() },
  Operation(name: "symmetricEigen", shape: [3, 3]) { positive($0).symmetricEigen().values },
]

private func positive(_ x: Tensor) -> Tensor {
  x.matmul(x.transposed()) + Tensor.identity(x.size(0), dtype: .float64)
}
