import TorchNN

extension ONNXGraph {
  /// What ``ResNet/callAsFunction(_:)`` computes.
  mutating func add(_ network: ResNet, _ images: String) -> String {
    var x = add("Relu", [add(network.bn1, add(network.conv1, images))])
    if let pool = network.pool { x = add(pool, x) }
    for stage in [network.layer1, network.layer2, network.layer3, network.layer4] {
      for block in stage { x = add(block, x) }
    }
    return add("Flatten", [add("GlobalAveragePool", [x])], ["axis": .int(1)])
  }

  private mutating func add(_ block: ResidualBlock, _ x: String) -> String {
    let branch: String
    let projection: Sequential?
    switch block {
    case let block as BasicBlock:
      let y = add("Relu", [add(block.bn1, add(block.conv1, x))])
      branch = add(block.bn2, add(block.conv2, y))
      projection = block.downsample
    case let block as Bottleneck:
      let y = add("Relu", [add(block.bn1, add(block.conv1, x))])
      let z = add("Relu", [add(block.bn2, add(block.conv2, y))])
      branch = add(block.bn3, add(block.conv3, z))
      projection = block.downsample
    default: preconditionFailure("ONNXGraph: no rule for \(type(of: block))")
    }
    return add("Relu", [add("Add", [branch, projection.map { add($0, x) } ?? x])])
  }

  /// The projection of a shortcut: a convolution and its norm.
  private mutating func add(_ layers: Sequential, _ x: String) -> String {
    var y = x
    for layer in layers.layers {
      switch layer {
      case let layer as Conv2d: y = add(layer, y)
      case let layer as BatchNorm: y = add(layer, y)
      default: preconditionFailure("ONNXGraph: no rule for \(type(of: layer))")
      }
    }
    return y
  }
}
