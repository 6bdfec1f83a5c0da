import Torch
import TorchNN

/// The layers that backbones are made of. Every function takes and gives names of values.
extension ONNXGraph {
  mutating func add(_ layer: Conv2d, _ x: String) -> String {
    let kernel = layer.weight.value.shape.suffix(2)
    return add(
      "Conv", [x, weight(layer.weight)] + (layer.bias.map { [weight($0)] } ?? []),
      [
        "kernel_shape": .ints(Array(kernel)), "strides": .ints([layer.stride, layer.stride]),
        "pads": .ints(Array(repeating: layer.padding, count: 4)), "group": .int(layer.groups),
      ])
  }

  mutating func add(_ layer: MaxPool2d, _ x: String) -> String {
    add(
      "MaxPool", [x],
      [
        "kernel_shape": .ints([layer.kernel, layer.kernel]),
        "strides": .ints([layer.stride, layer.stride]),
        "pads": .ints(Array(repeating: layer.padding, count: 4)),
      ])
  }

  mutating func add(_ layer: BatchNorm, _ x: String) -> String {
    guard let scale = layer.weight, let shift = layer.bias else {
      preconditionFailure("ONNXGraph: a batch norm without scale and shift")
    }
    let inputs = [
      x, weight(scale), weight(shift), weight(layer.runningMean), weight(layer.runningVar),
    ]
    return add("BatchNormalization", inputs, ["epsilon": .float(layer.epsilon)])
  }

  mutating func add(_ layer: LayerNorm, _ x: String) -> String {
    add(
      "LayerNormalization", [x, weight(layer.weight), weight(layer.bias)],
      ["axis": .int(-1), "epsilon": .float(layer.epsilon)])
  }

  mutating func add(_ layer: Linear, _ x: String) -> String {
    let matrix = add("Transpose", [weight(layer.weight)], ["perm": .ints([1, 0])])
    let product = add("MatMul", [x, matrix])
    return layer.bias.map { add("Add", [product, weight($0)]) } ?? product
  }

  /// x · Φ(x), where Φ(x) = (1 + erf(x / √2)) / 2: operator set 17 has no node for it.
  mutating func gelu(_ x: String) -> String {
    let erf = add("Erf", [add("Mul", [x, constant(0.5.squareRoot())])])
    let share = add("Mul", [add("Add", [erf, constant(1.0)]), constant(0.5)])
    return add("Mul", [x, share])
  }

  /// Element `index` of dimension `axis`, which is gone then.
  mutating func select(_ x: String, _ index: Int, axis: Int) -> String {
    add("Gather", [x, constant([index], isScalar: true)], ["axis": .int(axis)])
  }

  /// `sizes` with 0 for a size that stays and −1 for the rest.
  mutating func reshape(_ x: String, _ sizes: [Int]) -> String {
    add("Reshape", [x, constant(sizes)])
  }

  mutating func transpose(_ x: String, _ order: [Int]) -> String {
    add("Transpose", [x], ["perm": .ints(order)])
  }
}
