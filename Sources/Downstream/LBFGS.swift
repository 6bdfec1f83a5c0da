import Torch

/// Limited-memory BFGS for smooth convex functions of one tensor.
///
/// Nocedal & Wright, "Numerical Optimization", algorithms 7.4 and 7.5: the two-loop recursion, here
/// started from a diagonal that the caller knows, with a backtracking line search for sufficient
/// decrease. Convexity gives the curvature condition; a pair without it is left out.
struct LBFGS {
  /// Pairs of steps and gradient changes that are remembered.
  var memory = 10
  /// Stops once a step promises to lower the value by less than this share of it.
  var tolerance: Double
  /// Stops after this many steps in any case.
  var iterations: Int

  /// Where the search ended.
  struct Minimum {
    var point: Tensor
    var value: Double
    var iterations: Int
    var converged: Bool
  }

  /// Minimises `objective` from `start`.
  /// - Parameters:
  ///   - diagonal: a guess at the diagonal of the inverse Hessian, of the shape of `start`.
  ///   - shouldStop: asked before every step; the search ends where it is.
  ///   - objective: the value and the gradient at a point.
  func minimise(
    from start: Tensor, diagonal: Tensor, shouldStop: () -> Bool = { false },
    _ objective: (Tensor) -> (Double, Tensor)
  ) -> Minimum {
    var point = start
    var (value, gradient) = objective(point)
    var history: [Pair] = []
    for iteration in 0..<iterations where !shouldStop() {
      let direction = -descent(gradient, history, diagonal)
      let slope = dot(gradient, direction)
      // A quadratic with this slope falls by half of it. Values below 0.01 are judged as if 0.01:
      // a loss that small is a solved problem, and at the edge of single precision.
      if -slope / 2 <= tolerance * max(abs(value), 0.01) {
        return Minimum(point: point, value: value, iterations: iteration, converged: true)
      }
      guard let step = search(from: point, value, direction, slope, objective) else {
        // No lower point within the arithmetic's resolution.
        return Minimum(point: point, value: value, iterations: iteration, converged: true)
      }
      let pair = Pair(step: step.point - point, change: step.gradient - gradient)
      if pair.curvature > 0 { history = history.suffix(memory - 1) + [pair] }
      (point, value, gradient) = (step.point, step.value, step.gradient)
    }
    return Minimum(point: point, value: value, iterations: iterations, converged: false)
  }

  /// The approximate inverse Hessian times the gradient.
  private func descent(_ gradient: Tensor, _ history: [Pair], _ diagonal: Tensor) -> Tensor {
    var q = gradient
    var weights: [Double] = []
    for pair in history.reversed() {
      let weight = dot(pair.step, q) / pair.curvature
      q = q - pair.change * weight
      weights.append(weight)
    }
    var r = diagonal * q
    if let last = history.last {
      r = r * (last.curvature / dot(last.change, diagonal * last.change))
    }
    for (pair, weight) in zip(history, weights.reversed()) {
      r = r + pair.step * (weight - dot(pair.change, r) / pair.curvature)
    }
    return r
  }

  /// Tries the whole step, then shorter ones at the minimum of the parabola through what is known.
  private func search(
    from point: Tensor, _ value: Double, _ direction: Tensor, _ slope: Double,
    _ objective: (Tensor) -> (Double, Tensor)
  ) -> (point: Tensor, value: Double, gradient: Tensor)? {
    var length = 1.0
    for _ in 0..<20 {
      let next = point + direction * length
      let (found, gradient) = objective(next)
      if found <= value + 1e-4 * length * slope { return (next, found, gradient) }
      let parabola = -slope * length / (2 * ((found - value) / length - slope))
      length = found.isFinite ? min(max(parabola, 0.1 * length), 0.5 * length) : 0.1 * length
    }
    return nil
  }
}

/// One step taken, and how the gradient changed over it.
private struct Pair {
  let step: Tensor
  let change: Tensor
  let curvature: Double

  init(step: Tensor, change: Tensor) {
    self.step = step
    self.change = change
    curvature = dot(step, change)
  }
}

private func dot(_ a: Tensor, _ b: Tensor) -> Double { (a * b).sum().scalar }
