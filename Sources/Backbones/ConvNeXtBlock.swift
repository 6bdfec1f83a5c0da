import Torch
import TorchNN

/// Blocks at one resolution, after a convolution that halves the one before, if the channels change.
final class ConvNeXtStage: Layer {
  let downsample: Sequential?
  let blocks: [ConvNeXtBlock]

  /// - Parameter rates: how often each block's branch is left out in training.
  init(_ inputs: Int, _ channels: Int, rates: [Double], convolves: Bool, random: RandomStream) {
    downsample =
      inputs == channels
      ? nil
      : Sequential([
        LayerNorm2d(inputs),
        Conv2d(
          inputs, channels, kernel: 2, stride: 2, bias: true, initialisation: .narrowNormal,
          random: random),
      ])
    blocks = rates.map {
      ConvNeXtBlock(channels, dropPath: $0, convolves: convolves, random: random)
    }
  }

  override func callAsFunction(_ x: Tensor) -> Tensor {
    blocks.reduce(downsample?(x) ?? x) { $1($0) }
  }
}

/// A 7×7 convolution of each channel by itself, a norm, and a two-layer network at each place, around
/// a shortcut (Liu et al. 2022, figure 4).
final class ConvNeXtBlock: Layer {
  let gamma: Parameter
  let convDw: Conv2d
  let norm: LayerNorm2d
  let mlp: PlaceFeedForward
  private let dropPath: DropPath

  init(_ channels: Int, dropPath: Double, convolves: Bool, random: RandomStream) {
    gamma = Parameter(.full([channels], 1e-6))
    convDw = Conv2d(
      channels, channels, kernel: 7, padding: 3, groups: channels, bias: true,
      initialisation: .narrowNormal, random: random)
    norm = LayerNorm2d(channels)
    mlp = PlaceFeedForward(channels, convolves: convolves, random: random)
    self.dropPath = DropPath(dropPath)
  }

  override func callAsFunction(_ x: Tensor) -> Tensor {
    x + dropPath(mlp(norm(convDw(x))) * gamma.value.reshaped(-1, 1, 1))
  }
}

/// Linear, GELU, linear over the channels of each place of `[N, C, H, W]`.
final class PlaceFeedForward: Layer {
  let fc1: Layer
  let fc2: Layer
  private let convolves: Bool

  /// - Parameter convolves: whether the weights are 1×1 kernels, as in timm's smallest networks.
  init(_ channels: Int, convolves: Bool, random: RandomStream) {
    func layer(_ inputs: Int, _ outputs: Int) -> Layer {
      convolves
        ? Conv2d(
          inputs, outputs, kernel: 1, bias: true, initialisation: .narrowNormal, random: random)
        : Linear(inputs, outputs, initialisation: .narrowNormal, random: random)
    }
    fc1 = layer(channels, 4 * channels)
    fc2 = layer(4 * channels, channels)
    self.convolves = convolves
  }

  override func callAsFunction(_ x: Tensor) -> Tensor {
    if convolves { return fc2(fc1(x).gelu()) }
    return fc2(fc1(x.permuted(0, 2, 3, 1)).gelu()).permuted(0, 3, 1, 2)
  }
}
