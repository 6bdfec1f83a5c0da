import Torch
import TorchNN

/// relu(F(x) + x), where a projection of x stands in for x if the shapes differ.
class ResidualBlock: Layer {
  /// Output channels per channel inside.
  class var expansion: Int { 1 }

  /// From `inputs` channels to `channels` × expansion.
  required init(_ inputs: Int, _ channels: Int, stride: Int, random: RandomStream) {}

  /// The 1×1 projection of the shortcut; `nil` where the shortcut is x itself.
  static func projection(
    _ inputs: Int, _ channels: Int, stride: Int, random: RandomStream
  ) -> Sequential? {
    let outputs = channels * expansion
    if stride == 1, inputs == outputs { return nil }
    return Sequential([
      Conv2d(inputs, outputs, kernel: 1, stride: stride, random: random), BatchNorm(outputs),
    ])
  }
}

/// Two 3×3 convolutions: ResNet-18 and -34.
final class BasicBlock: ResidualBlock {
  let conv1: Conv2d
  let bn1: BatchNorm
  let conv2: Conv2d
  let bn2: BatchNorm
  let downsample: Sequential?

  required init(_ inputs: Int, _ channels: Int, stride: Int, random: RandomStream) {
    conv1 = Conv2d(inputs, channels, kernel: 3, stride: stride, padding: 1, random: random)
    bn1 = BatchNorm(channels)
    conv2 = Conv2d(channels, channels, kernel: 3, padding: 1, random: random)
    bn2 = BatchNorm(channels)
    downsample = Self.projection(inputs, channels, stride: stride, random: random)
    super.init(inputs, channels, stride: stride, random: random)
  }

  override func callAsFunction(_ x: Tensor) -> Tensor {
    let y = bn2(conv2(bn1(conv1(x)).relu()))
    return (y + (downsample?(x) ?? x)).relu()
  }
}

/// 1×1, 3×3 and 1×1 convolutions, the stride in the middle one: ResNet-50.
final class Bottleneck: ResidualBlock {
  let conv1: Conv2d
  let bn1: BatchNorm
  let conv2: Conv2d
  let bn2: BatchNorm
  let conv3: Conv2d
  let bn3: BatchNorm
  let downsample: Sequential?

  override class var expansion: Int { 4 }

  required init(_ inputs: Int, _ channels: Int, stride: Int, random: RandomStream) {
    conv1 = Conv2d(inputs, channels, kernel: 1, random: random)
    bn1 = BatchNorm(channels)
    conv2 = Conv2d(channels, channels, kernel: 3, stride: stride, padding: 1, random: random)
    bn2 = BatchNorm(channels)
    conv3 = Conv2d(channels, channels * Self.expansion, kernel: 1, random: random)
    bn3 = BatchNorm(channels * Self.expansion)
    downsample = Self.projection(inputs, channels, stride: stride, random: random)
    super.init(inputs, channels, stride: stride, random: random)
  }

  override func callAsFunction(_ x: Tensor) -> Tensor {
    let y = bn2(conv2(bn1(conv1(x)).relu())).relu()
    return (bn3(conv3(y)) + (downsample?(x) ?? x)).relu()
  }
}
