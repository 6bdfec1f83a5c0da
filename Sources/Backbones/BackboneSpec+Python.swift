extension BackboneSpec {
  /// Python that makes the same network with torchvision or timm and loads a file of its weights
  /// into it, strictly; for an `.onnx` file, the lines that open it. `nil` for a network that
  /// neither library makes.
  /// - Parameter file: the path, which ends in `.safetensors`, `.pth` or `.onnx`.
  public func python(loading file: String) -> String? {
    let name = "\"" + file.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    if file.hasSuffix(".onnx") {
      return """
        import onnxruntime
        session = onnxruntime.InferenceSession(\(name))
        # session.run(["features"], {"images": images})[0]
        """
    }
    guard let network = timm ?? torchvision else { return nil }
    let isPickle = file.hasSuffix(".pth")
    var lines = ["import torch"]
    if !isPickle { lines.append("from safetensors.torch import load_file") }
    lines += network
    lines.append(
      isPickle
        ? "network.load_state_dict(torch.load(\(name), weights_only=True), strict=True)"
        : "network.load_state_dict(load_file(\(name)), strict=True)")
    lines.append("network.eval()")
    return lines.joined(separator: "\n")
  }

  /// A ViT or ConvNeXt, `network`, by timm.
  private var timm: [String]? {
    if let plan = ConvNeXt.plan(architecture) {
      // timm halves the map once more after a stem of 2 pixels.
      if stem == .small { return nil }
      var settings = ["num_classes=0"]
      if inputChannels != 3 { settings.append("in_chans=\(inputChannels)") }
      if width != plan.width {
        let widths = plan.depths.indices.map { "\(width << $0)" }
        settings.append("dims=(\(widths.joined(separator: ", ")))")
      }
      let name = architecture.rawValue.replacing("-", with: "_")
      return [
        "import timm",
        "network = timm.create_model(\"\(name)\", \(settings.joined(separator: ", ")))",
      ]
    }
    guard let plan = VisionTransformer.plan(architecture), let patch else { return nil }
    var settings = ["img_size=\(imageSize)", "patch_size=\(patch)", "num_classes=0"]
    if inputChannels != 3 { settings.append("in_chans=\(inputChannels)") }
    // By default timm norms the mean; Glean takes the mean of the normed tokens.
    if pooling == .mean { settings += ["global_pool=\"avg\"", "fc_norm=False"] }
    if architecture == .dinov2Small {
      settings.removeAll { $0.hasPrefix("patch_size") }
      return [
        "import timm",
        "network = timm.create_model(\"vit_small_patch14_reg4_dinov2\", "
          + "\(settings.joined(separator: ", ")))",
      ]
    }
    if let registers { settings += ["reg_tokens=\(registers)", "no_embed_class=True"] }
    if let layerScale { settings.append("init_values=\(layerScale)") }
    if architecture == .vitMicro {
      // No model of timm's, but its class.
      settings += ["embed_dim=\(plan.width)", "depth=\(plan.depth)", "num_heads=\(plan.heads)"]
      return [
        "from timm.models.vision_transformer import VisionTransformer",
        "network = VisionTransformer(\(settings.joined(separator: ", ")))",
      ]
    }
    let size = architecture.rawValue.dropFirst("vit-".count)
    return [
      "import timm",
      "network = timm.create_model(\"vit_\(size)_patch16_224\", "
        + "\(settings.joined(separator: ", ")))",
    ]
  }

  /// A ResNet, `network`, by torchvision, where its constructor has an option for what differs, and
  /// layers replaced where it has none.
  private var torchvision: [String]? {
    guard let plan = ResNet.plan(architecture) else { return nil }
    var lines = [
      "import torchvision", "network = torchvision.models.\(architecture.rawValue)()",
    ]
    let isSmall = stem == .small
    if isSmall || inputChannels != 3 || width != 64 {
      lines.append(
        "network.conv1 = torch.nn.Conv2d(\(inputChannels), \(width), "
          + (isSmall ? "3, 1, 1" : "7, 2, 3") + ", bias=False)")
    }
    if isSmall { lines.append("network.maxpool = torch.nn.Identity()") }
    if width != 64 {
      let block = plan.block.expansion == 1 ? "BasicBlock" : "Bottleneck"
      lines += [
        "# torchvision and timm have no option for the width: the stages are made anew.",
        "from torchvision.models.resnet import \(block)",
        "network.bn1, network.inplanes = torch.nn.BatchNorm2d(\(width)), \(width)",
        "for stage, count in enumerate(\(plan.blocks)):",
        "    layers = network._make_layer(\(block), \(width) << stage, count, "
          + "stride=2 if stage else 1)",
        "    setattr(network, f\"layer{stage + 1}\", layers)",
      ]
    }
    return lines + ["network.fc = torch.nn.Identity()"]
  }
}
