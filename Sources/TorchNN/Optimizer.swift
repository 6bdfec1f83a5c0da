public import Torch

/// How parameters follow their gradients. A value that a user can write down.
public enum OptimizerChoice: Codable, Sendable, Equatable {
  /// SGD with momentum; weight decay on matrices and kernels only.
  case sgd(momentum: Double = 0.9, weightDecay: Double)
  /// Layer-wise adaptive rate scaling (You et al. 2017): SGD whose step for each matrix is scaled by
  /// η·‖w‖ / (‖g‖ + λ‖w‖); biases and norms follow plain SGD without decay.
  case lars(momentum: Double = 0.9, weightDecay: Double, trust: Double = 0.02, clips: Bool = true)
  /// Adam with decoupled weight decay (Loshchilov and Hutter 2019), on matrices and kernels only.
  case adamW(beta1: Double = 0.9, beta2: Double = 0.999, weightDecay: Double)

  /// The rule's name.
  public var name: String {
    switch self {
    case .sgd: "SGD"
    case .lars: "LARS"
    case .adamW: "AdamW"
    }
  }

  /// The weight decay.
  public var weightDecay: Double {
    switch self {
    case .sgd(_, let decay), .lars(_, let decay, _, _), .adamW(_, _, let decay): decay
    }
  }
}

/// Parameters that are stepped alike.
private struct Group {
  var names: [String]
  var parameters: [Parameter]
  var decays: Bool
  /// What the learning rate is multiplied by.
  var rateFactor: Double

  /// Those of the group that have a gradient, with it.
  func live() -> (indices: [Int], values: [Tensor], gradients: [Tensor]) {
    var indices: [Int] = []
    var values: [Tensor] = []
    var gradients: [Tensor] = []
    for (index, parameter) in parameters.enumerated() {
      guard let gradient = parameter.value.gradient else { continue }
      indices.append(index)
      values.append(parameter.value)
      gradients.append(gradient)
    }
    return (indices, values, gradients)
  }
}

/// Steps parameters by their gradients, a whole list in one pass.
public final class Optimizer {
  /// The rule and its settings.
  public let choice: OptimizerChoice
  private let groups: [Group]
  /// Momentum, or Adam's first moment, for each parameter of each group.
  private var first: [[Tensor]]
  /// Adam's second moment.
  private var second: [[Tensor]]
  /// Steps taken.
  public private(set) var steps = 0

  /// An optimiser of the parameters that are not frozen.
  /// - Parameter rateFactor: what the learning rate of a parameter is multiplied by, by its name.
  public init(
    _ choice: OptimizerChoice, _ parameters: [(name: String, parameter: Parameter)],
    rateFactor: (_ name: String) -> Double = { _ in 1 }
  ) {
    self.choice = choice
    let live = parameters.filter { $0.parameter.value.requiresGradient }
      .map { (name: $0.name, parameter: $0.parameter, factor: rateFactor($0.name)) }
    groups = Set(live.map(\.factor)).sorted(by: >).flatMap { factor in
      [true, false].map { decays in
        let members = live.filter { $0.factor == factor && $0.parameter.decays == decays }
        return Group(
          names: members.map(\.name), parameters: members.map(\.parameter), decays: decays,
          rateFactor: factor)
      }
    }
    first = groups.map { $0.parameters.map { Optimizer.zeros(like: $0.value) } }
    if case .adamW = choice {
      second = first.map { $0.map { Optimizer.zeros(like: $0) } }
    } else {
      second = groups.map { _ in [] }
    }
  }

  /// Zeros with the memory layout of `tensor`, which the fused kernels ask for.
  private static func zeros(like tensor: Tensor) -> Tensor { tensor.detached().copy() * 0 }

  /// Forgets all gradients.
  public func clearGradients() {
    for group in groups { for parameter in group.parameters { parameter.value.gradient = nil } }
  }

  /// Scales gradients so that their joint norm is at most `limit`. Returns the norm before.
  @discardableResult
  public func clipGradients(to limit: Double) -> Double {
    let gradients = groups.flatMap { $0.live().gradients }
    if gradients.isEmpty { return 0 }
    let norm = TensorList.norms(gradients).norm().scalar
    if norm > limit { TensorList.scale(gradients, by: limit / (norm + 1e-6)) }
    return norm
  }

  /// Moves every parameter that has a gradient.
  /// - Parameter weightDecay: in place of the choice's own.
  public func step(learningRate: Double, weightDecay: Double? = nil) {
    steps += 1
    let weightDecay = weightDecay ?? choice.weightDecay
    withoutGradient {
      for (index, group) in groups.enumerated() {
        let (indices, values, gradients) = group.live()
        if values.isEmpty { continue }
        let first = indices.map { self.first[index][$0] }
        let learningRate = learningRate * group.rateFactor
        switch choice {
        case .sgd(let momentum, _):
          TensorList.sgdStep(
            parameters: values, gradients: gradients, momenta: first, learningRate: learningRate,
            momentum: momentum, weightDecay: group.decays ? weightDecay : 0, nesterov: false,
            isFirst: false)
        case .lars(let momentum, _, let trust, let clips):
          if group.decays {
            Optimizer.adapt(
              gradients, to: values, weightDecay: weightDecay, trust: trust,
              clip: clips ? learningRate : nil)
          }
          TensorList.sgdStep(
            parameters: values, gradients: gradients, momenta: first, learningRate: learningRate,
            momentum: momentum, weightDecay: 0, nesterov: false, isFirst: false)
        case .adamW(let beta1, let beta2, _):
          TensorList.adamWStep(
            parameters: values, gradients: gradients, first: first,
            second: indices.map { second[index][$0] }, step: steps, learningRate: learningRate,
            beta1: beta1, beta2: beta2, weightDecay: group.decays ? weightDecay : 0,
            epsilon: 1e-8)
        }
      }
    }
  }

  /// Adds weight decay and scales each gradient by η·‖w‖ / (‖g‖ + λ‖w‖); with `clip`, the learning
  /// rate that results is at most the scheduled one (LARC), as solo-learn's recipes have it.
  private static func adapt(
    _ gradients: [Tensor], to values: [Tensor], weightDecay: Double, trust: Double, clip: Double?
  ) {
    let sizes = TensorList.norms(values)
    let slopes = TensorList.norms(gradients)
    let ratio = sizes * trust / (slopes + sizes * weightDecay + 1e-8)
    var factors = clip.map { (ratio / $0).clamped(to: 1) } ?? ratio
    // A matrix of zeros follows its gradient as it is, and one without slope stays where it is.
    factors = factors.filled(where: sizes .== 0, with: 1).filled(where: slopes .== 0, with: 0)
    TensorList.add(values, to: gradients, alpha: weightDecay)
    TensorList.scale(gradients, byEach: factors)
  }
}

// MARK: - Checkpoints

extension Optimizer {
  /// The moments by parameter name, to be written to a checkpoint.
  public var state: [(name: String, tensor: Tensor)] {
    let kinds: [(String, [[Tensor]])] = [("first", first), ("second", second)]
    return kinds.flatMap { kind, moments in
      zip(groups, moments).flatMap { group, moments in
        zip(group.names, moments).map { ("\(kind).\($0)", $1) }
      }
    }
  }

  /// Takes up the state of a checkpoint.
  /// - Throws: ``WeightsError`` if the moments are not those of these parameters.
  public func load(_ tensors: [String: Tensor], steps: Int) throws(WeightsError) {
    let missing = state.filter { tensors[$0.name]?.shape != $0.tensor.shape }
    guard missing.isEmpty else {
      throw .mismatch(missing.map { "the optimiser's \($0.name) is missing or of another shape" })
    }
    for (name, tensor) in state { if let given = tensors[name] { tensor.assign(given) } }
    self.steps = steps
  }
}
