import Backbones
import TestSupport
import Testing
import Torch
import TorchNN

@Suite("ConvNeXt")
struct ConvNeXtTests {
  /// The first 32 outputs of timm 1.0.31 (`forward_head(forward_features(x), pre_logits=True)`, PyTorch
  /// 2.13) for weights and two images of 64 pixels by the fixtures' formula.
  static let timm: [(text: String, parameters: Int, outputs: [Float])] = [
    (
      "convnext-atto:stem=standard", 3_374_520,
      [
        0.303297, -0.891388, -1.319420, 2.086414, 0.241729, -0.400800, 0.728157, 1.454265,
        -2.338593, -0.340991, 0.475328, -0.228465, -1.414398, 2.582131, 0.571891, -0.653948,
        -0.257870, 1.182176, -2.086140, -0.418556, 0.633440, 0.547380, -1.088772, 2.242398,
        0.413265, -0.834722, -0.818779, 0.706144, -1.438996, -0.161361, 0.793605, 0.930885,
      ]
    ),
    (
      "convnext-femto:stem=standard", 4_832_784,
      [
        0.009847, -0.025983, -0.812184, 0.888379, -1.218387, 1.883583, -1.294090, 0.542053,
        -0.810756, -0.249695, 0.403223, -1.159415, 1.303636, -1.032482, 1.830998, -0.996435,
        0.256679, -0.107705, -0.551953, 0.746117, -1.308187, 1.634020, -0.737807, 1.531414,
        -0.532131, -0.019966, 0.533653, -0.899527, 0.969679, -1.265172, 1.755905, -0.431476,
      ]
    ),
  ]

  @Test("the smallest networks are timm's", arguments: timm.indices)
  func smallest(_ index: Int) throws {
    let (text, parameters, outputs) = Self.timm[index]
    let network = try formulaNetwork(text, imageSize: 64)
    #expect(network.parameters.reduce(0) { $0 + $1.parameter.value.count } == parameters)
    // timm keeps the layers between channels of these as kernels.
    let shapes = Dictionary(uniqueKeysWithValues: network.state.map { ($0.name, $0.tensor.shape) })
    let width = network.spec.width
    #expect(shapes["stages.0.blocks.0.mlp.fc1.weight"] == [4 * width, width, 1, 1])
    withoutGradient {
      let images = formulaImages([2, 3, 64, 64])
      #expect(isClose(network(images).flattened()[0..<32], Tensor(outputs), tolerance: 1e-3))
      network.useChannelsLast()
      #expect(
        isClose(
          network(images.channelsLast()).flattened()[0..<32], Tensor(outputs), tolerance: 1e-3))
    }
  }
}
