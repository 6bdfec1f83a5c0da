public import Torch

/// Batch normalisation over dimension 1 of `[N, C]` or `[N, C, H, W]` (Ioffe and Szegedy 2015).
public final class BatchNorm: Layer {
  package let weight: Parameter?
  package let bias: Parameter?
  package let runningMean: Buffer
  package let runningVar: Buffer
  let numBatchesTracked: Buffer
  package let epsilon = 1e-5
  private let momentum = 0.1

  /// For `features` channels. Without `affine` there is no scale and shift (as in the last layer of
  /// some projectors).
  public init(_ features: Int, affine: Bool = true) {
    weight = affine ? Parameter(.ones([features])) : nil
    bias = affine ? Parameter(.zeros([features])) : nil
    runningMean = Buffer(.zeros([features]))
    runningVar = Buffer(.ones([features]))
    numBatchesTracked = Buffer(.zeros([], dtype: .int64))
  }

  /// Normalises, by the batch in training and by the running statistics in use.
  public override func callAsFunction(_ x: Tensor) -> Tensor {
    x.batchNorm(
      weight?.value, bias?.value, runningMean: runningMean.value,
      runningVariance: runningVar.value, training: isTraining, momentum: momentum,
      epsilon: epsilon)
  }

  /// Begins the scale at zero, so that a residual branch begins as nothing.
  public func zeroScale() {
    if let weight { weight.replace(Tensor.zeros(weight.value.shape)) }
  }
}

/// Layer normalisation over the last dimension (Ba et al. 2016).
public class LayerNorm: Layer {
  package let weight: Parameter
  package let bias: Parameter
  package let epsilon: Double

  /// For `features` in the last dimension.
  public init(_ features: Int, epsilon: Double = 1e-6) {
    weight = Parameter(.ones([features]))
    bias = Parameter(.zeros([features]))
    self.epsilon = epsilon
  }

  /// Normalises each position by itself.
  public override func callAsFunction(_ x: Tensor) -> Tensor {
    x.layerNorm(weight.value.shape, weight.value, bias.value, epsilon: epsilon)
  }
}

/// Layer normalisation of each place of `[N, C, H, W]` over its channels; the result lies
/// channels-last.
public final class LayerNorm2d: LayerNorm {
  /// Normalises each place by itself.
  public override func callAsFunction(_ x: Tensor) -> Tensor {
    super.callAsFunction(x.permuted(0, 2, 3, 1)).permuted(0, 3, 1, 2)
  }
}
