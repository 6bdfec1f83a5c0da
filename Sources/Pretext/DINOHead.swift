public import Torch
public import TorchNN

/// The head of DINO and its successors (Caron et al. 2021, section 3.2 and appendix C): three linear
/// layers with GELU, unit vectors of a bottleneck, and directions of length 1 to compare them with.
public final class DINOHead: Layer {
  private let mlp: Sequential
  private let lastLayer: Linear

  /// From `input` features to `output` scores.
  /// - Parameter normalises: whether batch normalisation follows the hidden layers, as suits a
  ///   ConvNet.
  public init(
    _ input: Int, hidden: Int, bottleneck: Int, output: Int, normalises: Bool = false,
    random: RandomStream
  ) {
    func layer(_ inputs: Int, _ outputs: Int) -> [Layer] {
      [Linear(inputs, outputs, initialisation: .narrowNormal, random: random)]
        + (normalises ? [BatchNorm(outputs)] : []) + [GELU()]
    }
    mlp = Sequential(
      layer(input, hidden) + layer(hidden, hidden)
        + [Linear(hidden, bottleneck, initialisation: .narrowNormal, random: random)])
    lastLayer = Linear(bottleneck, output, bias: false, random: random)
  }

  /// Scores `[…, output]` of features `[…, input]`.
  public override func callAsFunction(_ x: Tensor) -> Tensor { self(x, frozen: false) }

  /// The same; while `frozen`, the last layer receives no gradients.
  public func callAsFunction(_ x: Tensor, frozen: Bool) -> Tensor {
    let unit = mlp(x).to(.float32).normalized()
    return withoutAutocast(on: x.device) { lastLayer(unitRows: unit, frozen: frozen) }
  }
}
