public import Torch

/// A module from one tensor to one tensor.
open class Layer: Module {
  /// Applies the layer.
  open func callAsFunction(_ x: Tensor) -> Tensor {
    fatalError("\(type(of: self)) does not say what it computes")
  }
}

/// Layers one after the other, named by their index.
public final class Sequential: Layer {
  package let layers: [Layer]

  /// The layers, in order of use.
  public init(_ layers: [Layer]) { self.layers = layers }

  public override var stateNames: [String: String] { ["layers": ""] }

  /// Applies each layer to what the one before gave.
  public override func callAsFunction(_ x: Tensor) -> Tensor { layers.reduce(x) { $1($0) } }
}

/// max(x, 0).
public final class ReLU: Layer {
  /// Applies the function.
  public override func callAsFunction(_ x: Tensor) -> Tensor { x.relu() }
}

/// The Gaussian error linear unit, exact.
public final class GELU: Layer {
  /// Applies the function.
  public override func callAsFunction(_ x: Tensor) -> Tensor { x.gelu() }
}

/// y = x · weightᵀ + bias, `[…, in]` → `[…, out]`.
public final class Linear: Layer {
  package let weight: Parameter
  package let bias: Parameter?

  /// A layer with random weights drawn from `random`.
  public init(
    _ inputs: Int, _ outputs: Int, bias: Bool = true, initialisation: Initialisation = .torch,
    random: RandomStream
  ) {
    weight = Parameter(
      initialisation.weight([outputs, inputs], inputs: inputs, outputs: outputs, random))
    self.bias =
      bias
      ? Parameter(initialisation.bias(inputs: inputs, outputs: outputs, random)) : nil
  }

  /// Applies the layer.
  public override func callAsFunction(_ x: Tensor) -> Tensor {
    x.linear(weight.value, bias?.value)
  }
}

/// Layers whose rows are prototypes: directions on the unit sphere.
extension Linear {
  /// Applies the layer; while `frozen`, no gradient reaches its weight.
  public func callAsFunction(_ x: Tensor, frozen: Bool) -> Tensor {
    x.linear(frozen ? weight.value.detached() : weight.value, bias?.value)
  }

  /// The products of `x` with the rows of the weight, each brought to length 1.
  public func callAsFunction(unitRows x: Tensor, frozen: Bool) -> Tensor {
    let rows = weight.value.normalized()
    return x.linear(frozen ? rows.detached() : rows)
  }

  /// Brings every row of the weight to length 1, in place.
  public func normalizeRows() {
    withoutGradient { weight.value.assign(weight.value.normalized()) }
  }
}
