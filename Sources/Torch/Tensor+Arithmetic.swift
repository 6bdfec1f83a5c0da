import CTorch

infix operator .== : ComparisonPrecedence
infix operator .!= : ComparisonPrecedence
infix operator .< : ComparisonPrecedence
infix operator .<= : ComparisonPrecedence
infix operator .> : ComparisonPrecedence
infix operator .>= : ComparisonPrecedence

/// Elementwise arithmetic; shapes broadcast as in NumPy.
extension Tensor {
  /// The sum.
  public static func + (a: Tensor, b: Tensor) -> Tensor { Tensor(ctorch_add(a.raw, b.raw)) }
  /// The difference.
  public static func - (a: Tensor, b: Tensor) -> Tensor { Tensor(ctorch_sub(a.raw, b.raw)) }
  /// The elementwise product.
  public static func * (a: Tensor, b: Tensor) -> Tensor { Tensor(ctorch_mul(a.raw, b.raw)) }
  /// The elementwise quotient.
  public static func / (a: Tensor, b: Tensor) -> Tensor { Tensor(ctorch_div(a.raw, b.raw)) }
  /// Adds a number.
  public static func + (a: Tensor, b: Double) -> Tensor { Tensor(ctorch_add_scalar(a.raw, b)) }
  /// Adds a number.
  public static func + (a: Double, b: Tensor) -> Tensor { b + a }
  /// Subtracts a number.
  public static func - (a: Tensor, b: Double) -> Tensor { a + -b }
  /// Subtracts from a number.
  public static func - (a: Double, b: Tensor) -> Tensor { -b + a }
  /// Multiplies by a number.
  public static func * (a: Tensor, b: Double) -> Tensor { Tensor(ctorch_mul_scalar(a.raw, b)) }
  /// Multiplies by a number.
  public static func * (a: Double, b: Tensor) -> Tensor { b * a }
  /// Divides by a number.
  public static func / (a: Tensor, b: Double) -> Tensor { a * (1 / b) }
  /// Divides a number.
  public static func / (a: Double, b: Tensor) -> Tensor { b.pow(-1) * a }
  /// The negative.
  public static prefix func - (a: Tensor) -> Tensor { Tensor(ctorch_neg(a.raw)) }
  /// Replaces `a` with the sum (a new tensor; nothing is written in place).
  public static func += (a: inout Tensor, b: Tensor) { a = a + b }

  /// Where elements are equal.
  public static func .== (a: Tensor, b: Tensor) -> Tensor { Tensor(ctorch_eq(a.raw, b.raw)) }
  /// Where elements differ.
  public static func .!= (a: Tensor, b: Tensor) -> Tensor { Tensor(ctorch_ne(a.raw, b.raw)) }
  /// Where elements are smaller.
  public static func .< (a: Tensor, b: Tensor) -> Tensor { Tensor(ctorch_lt(a.raw, b.raw)) }
  /// Where elements are larger.
  public static func .> (a: Tensor, b: Tensor) -> Tensor { Tensor(ctorch_gt(a.raw, b.raw)) }
  /// Where elements equal a number.
  public static func .== (a: Tensor, b: Double) -> Tensor { Tensor(ctorch_eq_scalar(a.raw, b)) }
  /// Where elements differ from a number.
  public static func .!= (a: Tensor, b: Double) -> Tensor { Tensor(ctorch_ne_scalar(a.raw, b)) }
  /// Where elements are below a number.
  public static func .< (a: Tensor, b: Double) -> Tensor { Tensor(ctorch_lt_scalar(a.raw, b)) }
  /// Where elements are at most a number.
  public static func .<= (a: Tensor, b: Double) -> Tensor { Tensor(ctorch_le_scalar(a.raw, b)) }
  /// Where elements are above a number.
  public static func .> (a: Tensor, b: Double) -> Tensor { Tensor(ctorch_gt_scalar(a.raw, b)) }
  /// Where elements are at least a number.
  public static func .>= (a: Tensor, b: Double) -> Tensor { Tensor(ctorch_ge_scalar(a.raw, b)) }

  /// The absolute value.
  public func abs() -> Tensor { Tensor(ctorch_abs(raw)) }
  /// e to the power of each element.
  public func exp() -> Tensor { Tensor(ctorch_exp(raw)) }
  /// The natural logarithm.
  public func log() -> Tensor { Tensor(ctorch_log(raw)) }
  /// The natural logarithm of 1 + x, exact near 0.
  public func log1p() -> Tensor { Tensor(ctorch_log1p(raw)) }
  /// The square root.
  public func sqrt() -> Tensor { Tensor(ctorch_sqrt(raw)) }
  /// One over the square root.
  public func rsqrt() -> Tensor { Tensor(ctorch_rsqrt(raw)) }
  /// The square.
  public func square() -> Tensor { Tensor(ctorch_square(raw)) }
  /// -1, 0 or 1.
  public func sign() -> Tensor { Tensor(ctorch_sign(raw)) }
  /// The sine.
  public func sin() -> Tensor { Tensor(ctorch_sin(raw)) }
  /// The cosine.
  public func cos() -> Tensor { Tensor(ctorch_cos(raw)) }
  /// The hyperbolic tangent.
  public func tanh() -> Tensor { Tensor(ctorch_tanh(raw)) }
  /// 1 / (1 + e^-x).
  public func sigmoid() -> Tensor { Tensor(ctorch_sigmoid(raw)) }
  /// max(x, 0).
  public func relu() -> Tensor { Tensor(ctorch_relu(raw)) }
  /// The Gaussian error linear unit, exact.
  public func gelu() -> Tensor { Tensor(ctorch_gelu(raw)) }
  /// x · sigmoid(x).
  public func silu() -> Tensor { Tensor(ctorch_silu(raw)) }
  /// log(1 + e^x).
  public func softplus() -> Tensor { Tensor(ctorch_softplus(raw)) }
  /// Rounds down.
  public func floor() -> Tensor { Tensor(ctorch_floor(raw)) }
  /// Rounds to the nearest whole number, halves to even.
  public func round() -> Tensor { Tensor(ctorch_round(raw)) }
  /// Where elements are neither infinite nor NaN.
  public func isFinite() -> Tensor { Tensor(ctorch_isfinite(raw)) }
  /// The opposite truth value.
  public func logicalNot() -> Tensor { Tensor(ctorch_logical_not(raw)) }
  /// Where both are true.
  public func logicalAnd(_ other: Tensor) -> Tensor { Tensor(ctorch_logical_and(raw, other.raw)) }
  /// Where either is true.
  public func logicalOr(_ other: Tensor) -> Tensor { Tensor(ctorch_logical_or(raw, other.raw)) }
  /// Each element to a power.
  public func pow(_ exponent: Double) -> Tensor { Tensor(ctorch_pow_scalar(raw, exponent)) }
  /// The larger of each pair.
  public func maximum(_ other: Tensor) -> Tensor { Tensor(ctorch_maximum(raw, other.raw)) }
  /// The smaller of each pair.
  public func minimum(_ other: Tensor) -> Tensor { Tensor(ctorch_minimum(raw, other.raw)) }

  /// Elements below `low` become `low`, those above `high` become `high`.
  public func clamped(from low: Double? = nil, to high: Double? = nil) -> Tensor {
    var result = self
    if let low { result = Tensor(ctorch_clamp_min_scalar(result.raw, low)) }
    if let high { result = Tensor(ctorch_clamp_max_scalar(result.raw, high)) }
    return result
  }

  /// `a` where this mask is true, `b` elsewhere.
  public func select(_ a: Tensor, else b: Tensor) -> Tensor {
    Tensor(ctorch_where(raw, a.raw, b.raw))
  }

  /// `value` where `mask` is true, the element elsewhere.
  public func filled(where mask: Tensor, with value: Double) -> Tensor {
    Tensor(ctorch_masked_fill(raw, mask.raw, value))
  }

  /// `self + weight · (other − self)`.
  public func lerp(to other: Tensor, _ weight: Double) -> Tensor {
    Tensor(ctorch_lerp(raw, other.raw, weight))
  }
}
