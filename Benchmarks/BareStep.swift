import Backbones
import Torch
import TorchNN

/// Forward and backward of a backbone on ready-made tensors: what the hardware and libtorch allow.
/// `python/resnet18_step.py` does the same.
struct BareStep {
  let backbone: Backbone
  private let images: Tensor
  private let parameters: [Parameter]

  /// A network with random weights and random images, all channels-last.
  init(_ spec: BackboneSpec, views: Int) {
    backbone = spec.make(random: RandomStream(seed: 0, "backbone"))
    backbone.useChannelsLast()
    parameters = backbone.parameters.map(\.parameter)
    images = RandomStream(seed: 0, "images")
      .normal([views, spec.inputChannels, spec.imageSize, spec.imageSize]).channelsLast()
  }

  /// The seconds that some steps take.
  func run(steps: Int) -> Double {
    seconds {
      for _ in 0..<steps {
        let loss = withAutocast(.bfloat16, on: .cpu) {
          backbone(images).to(.float32).square().mean()
        }
        for parameter in parameters { parameter.value.gradient = nil }
        loss.backward()
      }
    }
  }
}

/// The rate of matrix products that nothing else in the run can exceed.
struct MatrixPeak {
  private static let side = 4096
  private let matrices: (Tensor, Tensor)

  /// Two square bf16 matrices.
  init() {
    let stream = RandomStream(seed: 0, "matrices")
    let shape = [MatrixPeak.side, MatrixPeak.side]
    matrices = (stream.normal(shape).to(.bfloat16), stream.normal(shape).to(.bfloat16))
  }

  /// The seconds of one product.
  func run() -> Double { seconds { _ = matrices.0.matmul(matrices.1) } }

  /// Floating-point operations of one product.
  static var operations: Double { 2 * Double(side * side * side) }
}
