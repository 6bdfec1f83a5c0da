extension BackboneSpec {
  /// The network that tensors of these names and shapes belong to.
  /// - Parameters:
  ///   - shapes: the shapes of a state dictionary with torchvision's or timm's names.
  ///   - imageSize: the side of the images that it is for; by default that of a ViT's grid of
  ///     patches, and 224 or, with the small stem, 32 pixels for a ConvNet.
  ///   - inputChannels: the images' channels; by default those of the tensors.
  /// - Throws: ``BackboneError/weights(_:)`` if it is none of Glean's networks,
  ///   ``BackboneError/field(_:found:allowed:suggestion:)`` if it does not take such images.
  init(
    shapes: [String: [Int]], imageSize: Int? = nil, inputChannels: Int? = nil
  ) throws(BackboneError) {
    func blocks(_ prefix: String) -> Int {
      let numbers = shapes.keys.filter { $0.hasPrefix(prefix) }
        .compactMap { Int($0.dropFirst(prefix.count).prefix { $0 != "." }) }
      return (numbers.max() ?? -1) + 1
    }
    func unknown(_ what: String) -> BackboneError {
      .weights("holds \(what), which is none of Glean's networks")
    }
    if let kernel = shapes["patch_embed.proj.weight"], kernel.count == 4 {
      let depth = blocks("blocks.")
      let registers = shapes["reg_token"].map { $0.dropFirst().first ?? 0 }
      let isScaled = shapes["blocks.0.ls1.gamma"] != nil
      let width = kernel[0]
      let alike = Architecture.allCases.filter {
        VisionTransformer.plan($0).map { $0.width == width && $0.depth == depth } ?? false
      }
      let prescribed = alike.first {
        guard let own = VisionTransformer.prescribed($0) else { return false }
        return isScaled && own.registers == registers && own.patch == kernel[2]
      }
      let found = prescribed ?? alike.first { VisionTransformer.prescribed($0) == nil }
      guard let found else { throw unknown("a ViT of width \(width) with \(depth) blocks") }
      let positions = (shapes["pos_embed"]?.dropFirst().first ?? 1) - (registers == nil ? 1 : 0)
      let side = Int(Double(max(1, positions)).squareRoot().rounded())
      try self.init(
        found, patch: kernel[2], registers: registers, layerScale: isScaled ? 1e-5 : nil,
        imageSize: imageSize ?? side * kernel[2], inputChannels: inputChannels ?? kernel[1])
      return
    }
    let found: (Architecture, kernel: [Int], stem: Stem)?
    if let kernel = shapes["conv1.weight"], kernel.count == 4 {
      let depths = (1...4).map { blocks("layer\($0).") }
      let isBottleneck = shapes["layer1.0.conv3.weight"] != nil
      let architecture = Architecture.allCases.first {
        guard let plan = ResNet.plan($0) else { return false }
        return plan.blocks == depths && (plan.block.expansion > 1) == isBottleneck
      }
      guard let architecture else {
        throw unknown(
          "a ResNet with \(depths.map(String.init).joined(separator: ", ")) "
            + "\(isBottleneck ? "bottleneck" : "basic") blocks")
      }
      found = (architecture, kernel, kernel[2] == 3 ? .small : .standard)
    } else if let kernel = shapes["stem.0.weight"], kernel.count == 4 {
      let depths = (0...3).map { blocks("stages.\($0).blocks.") }
      let convolves = shapes["stages.0.blocks.0.mlp.fc1.weight"]?.count == 4
      let alike = Architecture.allCases.filter {
        guard let plan = ConvNeXt.plan($0) else { return false }
        return plan.depths == depths && plan.convolves == convolves
      }
      // Several differ in their width only.
      let architecture = alike.first { ConvNeXt.plan($0)?.width == kernel[0] } ?? alike.first
      guard let architecture else {
        throw unknown(
          "a ConvNeXt with \(depths.map(String.init).joined(separator: ", ")) blocks")
      }
      found = (architecture, kernel, kernel[2] == 2 ? .small : .standard)
    } else {
      found = nil
    }
    guard let found else {
      let names = shapes.keys.sorted().prefix(5).joined(separator: ", ")
      throw unknown(names.isEmpty ? "no backbone" : "tensors such as \(names)")
    }
    try self.init(
      found.0, width: found.kernel[0], stem: found.stem,
      imageSize: imageSize ?? (found.stem == .small ? 32 : 224),
      inputChannels: inputChannels ?? found.kernel[1])
  }

  /// The same network for other images.
  /// - Throws: ``BackboneError/field(_:found:allowed:suggestion:)`` if it does not take them.
  public func adapted(imageSize: Int, inputChannels: Int) throws(BackboneError) -> BackboneSpec {
    try BackboneSpec(
      architecture, width: width, stem: stem, patch: patch, pooling: pooling,
      registers: registers, layerScale: layerScale, dropPath: dropPath, imageSize: imageSize,
      inputChannels: inputChannels)
  }
}
