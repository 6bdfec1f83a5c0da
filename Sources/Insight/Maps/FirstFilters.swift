public import Backbones
public import Torch
import TorchNN

/// The filters of a network's first layer as small images, `float32` `[F, C, k, k]` in 0...1: a
/// ConvNet's first convolution or a ViT's patch projection. A weight of 0 is mid-grey, and each filter is
/// stretched until its largest weight is black or white.
public func firstFilters(of network: Backbone) -> Tensor {
  guard let kernel = network.parameters.first(where: { $0.parameter.value.rank == 4 }) else {
    preconditionFailure("firstFilters: \(network.spec.id) has no convolution")
  }
  return withoutGradient {
    let weights = kernel.parameter.value.detached().to(.float32)
    let largest = weights.abs().max(over: 1, 2, 3, keepingAxes: true).clamped(from: 1e-30)
    return weights / (largest * 2) + 0.5
  }
}
