import Torch
import TorchNN

extension ONNXGraph {
  /// What ``ConvNeXt/callAsFunction(_:)`` computes for images of at least one place of the map.
  mutating func add(_ network: ConvNeXt, _ images: String) -> String {
    var x = add(network.stem, images)
    for stage in network.stages {
      if let layers = stage.downsample { x = add(layers, x) }
      for block in stage.blocks { x = add(block, x) }
    }
    let mean = add("Flatten", [add("GlobalAveragePool", [x])], ["axis": .int(1)])
    return add(network.headNorm, mean)
  }

  /// The branch is computed with the channels last, as its norm wants them.
  private mutating func add(_ block: ConvNeXtBlock, _ x: String) -> String {
    let places = transpose(add(block.convDw, x), [0, 2, 3, 1])
    let normed = add(block.norm, places)
    let mixed = product(block.mlp.fc2, gelu(product(block.mlp.fc1, normed)))
    let branch = add("Mul", [mixed, weight(block.gamma)])
    return add("Add", [x, transpose(branch, [0, 3, 1, 2])])
  }

  /// A linear layer, or a 1×1 convolution as one, over the last dimension.
  private mutating func product(_ layer: Layer, _ x: String) -> String {
    switch layer {
    case let layer as Linear: return add(layer, x)
    case let layer as Conv2d:
      let (outputs, inputs) = (layer.weight.value.size(0), layer.weight.value.size(1))
      let matrix = transpose(reshape(weight(layer.weight), [outputs, inputs]), [1, 0])
      let product = add("MatMul", [x, matrix])
      return layer.bias.map { add("Add", [product, weight($0)]) } ?? product
    default: preconditionFailure("ONNXGraph: no rule for \(type(of: layer))")
    }
  }

  /// Norms, which see the channels last, and convolutions between the stages.
  private mutating func add(_ layers: Sequential, _ x: String) -> String {
    var y = x
    for layer in layers.layers {
      switch layer {
      case let layer as Conv2d: y = add(layer, y)
      case let layer as LayerNorm2d:
        y = transpose(add(layer, transpose(y, [0, 2, 3, 1])), [0, 3, 1, 2])
      default: preconditionFailure("ONNXGraph: no rule for \(type(of: layer))")
      }
    }
    return y
  }
}
