extension BackboneSpec {
  /// The size of the pooled feature.
  public var featureCount: Int {
    guard let plan = ResNet.plan(architecture) else { return width }
    return (width << (plan.blocks.count - 1)) * plan.block.expansion
  }

  /// Trainable numbers in the network.
  public var parameterCount: Int {
    if let plan = VisionTransformer.plan(architecture), let patch {
      let (d, side) = (width, imageSize / patch)
      let block = 12 * d * d + 13 * d
      let embedding = d * inputChannels * patch * patch + d + d * (2 + side * side)
      return plan.depth * block + embedding + 2 * d
    }
    guard let plan = ResNet.plan(architecture) else { return 0 }
    let expansion = plan.block.expansion
    /// A convolution without bias, and the norm after it.
    func unit(_ inputs: Int, _ outputs: Int, _ kernel: Int) -> Int {
      inputs * outputs * kernel * kernel + 2 * outputs
    }
    var total = unit(inputChannels, width, stem == .small ? 3 : 7)
    var inputs = width
    for (stage, count) in plan.blocks.enumerated() {
      let channels = width << stage
      let outputs = channels * expansion
      for index in 0..<count {
        if expansion == 1 {
          total += unit(inputs, channels, 3) + unit(channels, channels, 3)
        } else {
          total += unit(inputs, channels, 1) + unit(channels, channels, 3)
          total += unit(channels, outputs, 1)
        }
        if index == 0, stage > 0 || inputs != outputs { total += unit(inputs, outputs, 1) }
        inputs = outputs
      }
    }
    return total
  }
}
