import CTorch

/// Updates of many tensors in one pass: what optimisers and teachers are made of. None records
/// gradients.
public enum TensorList {
  /// The Euclidean norm of each tensor, `[count]`.
  public static func norms(_ tensors: [Tensor]) -> Tensor {
    withHandles(tensors) { Tensor(ctorch_foreach_norm($0, $1)) }
  }

  /// Multiplies every tensor by one number.
  public static func scale(_ tensors: [Tensor], by factor: Double) {
    if tensors.isEmpty { return }
    withHandles(tensors) { check(ctorch_foreach_mul_scalar_($0, $1, factor)) }
  }

  /// Multiplies tensor i by element i of `factors` `[count]`.
  public static func scale(_ tensors: [Tensor], byEach factors: Tensor) {
    withHandles(tensors) { check(ctorch_foreach_mul_($0, $1, factors.raw)) }
  }

  /// Adds `alpha` times each of `others`.
  public static func add(_ others: [Tensor], to tensors: [Tensor], alpha: Double) {
    zip(tensors, others) { check(ctorch_foreach_add_($0, $1, $2, alpha)) }
  }

  /// Moves each tensor towards its counterpart: `t += weight · (target − t)`.
  public static func lerp(_ tensors: [Tensor], to targets: [Tensor], weight: Double) {
    zip(tensors, targets) { check(ctorch_foreach_lerp_($0, $1, $2, weight)) }
  }

  /// One step of SGD with momentum; weight decay is added to the gradient (not decoupled).
  public static func sgdStep(
    parameters: [Tensor], gradients: [Tensor], momenta: [Tensor], learningRate: Double,
    momentum: Double, weightDecay: Double, nesterov: Bool, isFirst: Bool
  ) {
    if parameters.isEmpty { return }
    withHandles(parameters) { p, count in
      withHandles(gradients) { g, _ in
        withHandles(momenta) { m, _ in
          check(
            ctorch_fused_sgd_(
              p, g, m, count, learningRate, momentum, weightDecay, nesterov, isFirst))
        }
      }
    }
  }

  /// Step number `step` (from 1) of AdamW, with decoupled weight decay.
  public static func adamWStep(
    parameters: [Tensor], gradients: [Tensor], first: [Tensor], second: [Tensor],
    step: Int, learningRate: Double, beta1: Double, beta2: Double, weightDecay: Double,
    epsilon: Double
  ) {
    guard let device = parameters.first?.device else { return }
    let step = Tensor.full([], Double(step), device: device)
    let steps = Array(repeating: step, count: parameters.count)
    withHandles(parameters) { p, count in
      withHandles(gradients) { g, _ in
        withHandles(first) { m, _ in
          withHandles(second) { v, _ in
            withHandles(steps) { s, _ in
              check(
                ctorch_fused_adamw_(
                  p, g, m, v, s, count, learningRate, beta1, beta2, weightDecay, epsilon))
            }
          }
        }
      }
    }
  }

  private static func zip(
    _ a: [Tensor], _ b: [Tensor],
    _ body: (UnsafePointer<ctorch_tensor>, UnsafePointer<ctorch_tensor>, Int64) -> Void
  ) {
    precondition(a.count == b.count, "TensorList: \(a.count) tensors against \(b.count)")
    if a.isEmpty { return }
    withHandles(a) { first, count in withHandles(b) { second, _ in body(first, second, count) } }
  }
}
