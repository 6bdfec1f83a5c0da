public import Torch
import TorchNN

/// A residual network (He et al. 2016) with torchvision's names and numerics, without the
/// classifier: weights of `torchvision.models.resnet18` and its sisters fit as they are.
public final class ResNet: ConvNet {
  let conv1: Conv2d
  let bn1: BatchNorm
  let pool: MaxPool2d?
  let layer1: [ResidualBlock]
  let layer2: [ResidualBlock]
  let layer3: [ResidualBlock]
  let layer4: [ResidualBlock]

  /// Random weights as torchvision begins them (normal, fan-out).
  /// - Parameters:
  ///   - spec: a ResNet's; traps on another.
  ///   - random: where weights are drawn from, in the order of the state dictionary.
  public init(_ spec: BackboneSpec, random: RandomStream) {
    guard let plan = ResNet.plan(spec.architecture) else {
      preconditionFailure("ResNet: \(spec.id) is not a ResNet")
    }
    let width = spec.width
    switch spec.stem {
    case .small:
      conv1 = Conv2d(spec.inputChannels, width, kernel: 3, padding: 1, random: random)
      pool = nil
    default:
      conv1 = Conv2d(spec.inputChannels, width, kernel: 7, stride: 2, padding: 3, random: random)
      pool = MaxPool2d(3, stride: 2, padding: 1)
    }
    bn1 = BatchNorm(width)
    var channels = width
    let stages = plan.blocks.enumerated().map { stage, count in
      (0..<count).map { index -> ResidualBlock in
        let block = plan.block.init(
          channels, width << stage, stride: index == 0 && stage > 0 ? 2 : 1, random: random)
        channels = (width << stage) * plan.block.expansion
        return block
      }
    }
    layer1 = stages[0]
    layer2 = stages[1]
    layer3 = stages[2]
    layer4 = stages[3]
    super.init(spec: spec, features: channels)
  }

  /// Blocks in each of the four stages and their kind; `nil` if it is no ResNet.
  static func plan(
    _ architecture: BackboneSpec.Architecture
  ) -> (blocks: [Int], block: ResidualBlock.Type)? {
    switch architecture {
    case .resnet18: ([2, 2, 2, 2], BasicBlock.self)
    case .resnet34: ([3, 4, 6, 3], BasicBlock.self)
    case .resnet50: ([3, 4, 6, 3], Bottleneck.self)
    default: nil
    }
  }

  /// The feature map after a stage; the last one's is `[N, features, h, w]`: a 32nd of the image's
  /// height and width with the standard stem, an 8th with the small one.
  override func featureMap(
    _ images: Tensor, stages: Int, visit: (Tensor) -> Void
  ) -> Tensor {
    var x = bn1(conv1(images)).relu()
    if let pool { x = pool(x) }
    visit(x)
    for blocks in [layer1, layer2, layer3, layer4].prefix(stages) {
      for block in blocks { x = block(x) }
      visit(x)
    }
    return x
  }
}
