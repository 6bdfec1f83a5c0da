import Torch

/// The tensors of a weights file under the names that Glean's networks have, which are torchvision's
/// for ResNets and timm's for the others.
///
/// Files of other origin wrap the backbone in modules of their own (`module.encoder_q.`, `backbone.`),
/// keep heads beside it, or number its layers (lightly's `backbone.4.0.conv1.weight`).
struct WeightNames {
  /// The backbone's tensors.
  private(set) var tensors: [String: Tensor] = [:]
  /// Tensors of the file that belong to no backbone: heads, decoders, second networks.
  private(set) var leftAside: [String] = []

  /// Names with which backbones begin, by which the wrapping is found.
  private static let anchors = [
    "conv1.weight", "patch_embed.proj.weight", "stem.0.weight", "conv_proj.weight",
    "features.0.0.weight", "downsample_layers.0.0.weight", "4.0.conv1.weight",
  ]
  /// Of several networks in a file, those that follow another by a moving average are the second
  /// choice.
  private static let followers = ["momentum", "encoder_k", "teacher", "target", "ema"]
  /// What stands beside the layers of a backbone.
  private static let heads = [
    "fc.", "head.", "heads.", "classifier.", "pre_logits.", "projection_head.", "projector.",
    "predictor.", "prototypes.", "decoder_", "mask_token", "queue", "contrast.",
  ]

  /// Sorts the tensors of a file.
  init(_ file: [(name: String, tensor: Tensor)]) {
    let prefix = Self.prefix(of: file.map(\.name))
    for (name, tensor) in file {
      guard name.hasPrefix(prefix) else {
        leftAside.append(name)
        continue
      }
      let own = Self.renamed(String(name.dropFirst(prefix.count)))
      let isHead = Self.heads.contains { own.hasPrefix($0) } && !own.hasPrefix("head.norm.")
      if isHead {
        leftAside.append(name)
      } else {
        tensors[own] = tensor
      }
    }
    settleLayout()
  }

  /// What stands in front of the backbone's names: the prefix under which most tensors lie.
  private static func prefix(of names: [String]) -> String {
    var candidates: Set<String> = []
    for name in names {
      for anchor in anchors where name == anchor || name.hasSuffix("." + anchor) {
        candidates.insert(String(name.dropLast(anchor.count)))
      }
    }
    let leading = candidates.filter { prefix in !followers.contains { prefix.contains($0) } }
    let ranked = (leading.isEmpty ? candidates : leading).map { prefix in
      (prefix: prefix, tensors: names.count { $0.hasPrefix(prefix) })
    }
    return ranked.max { ($0.tensors, $1.prefix) < ($1.tensors, $0.prefix) }?.prefix ?? ""
  }

  /// A name of another library as torchvision or timm have it.
  private static func renamed(_ name: String) -> String {
    var parts = name.split(separator: ".").map(String.init)
    func number(_ index: Int) -> Int? { parts.indices.contains(index) ? Int(parts[index]) : nil }
    func rest(from index: Int) -> String { parts.dropFirst(index).joined(separator: ".") }
    switch parts.first {
    // torchvision's ResNet cut into a sequence, as lightly's examples do.
    case "0" where parts.count == 2: return "conv1." + rest(from: 1)
    case "1" where parts.count == 2: return "bn1." + rest(from: 1)
    case "4", "5", "6", "7": return "layer\((number(0) ?? 4) - 3)." + rest(from: 1)
    // torchvision's transformers.
    case "class_token": return "cls_token"
    case "conv_proj": return "patch_embed.proj." + rest(from: 1)
    case "encoder" where name == "encoder.pos_embedding": return "pos_embed"
    case "encoder" where parts.count > 2 && parts[1] == "ln": return "norm." + rest(from: 2)
    case "encoder" where parts.count > 3 && parts[1] == "layers":
      let block = parts[2].replacing("encoder_layer_", with: "")
      return "blocks.\(block)." + renamedBlock(rest(from: 3))
    // torchvision's ConvNeXt.
    case "features" where parts.count > 3 && name.hasPrefix("features.0."):
      return "stem." + rest(from: 2)
    case "features" where parts.count > 3:
      guard let layer = number(1) else { return name }
      if layer % 2 == 0 { return "stages.\(layer / 2).downsample." + rest(from: 2) }
      return "stages.\(layer / 2).blocks.\(parts[2])." + renamedConvNeXt(rest(from: 3))
    // The authors' ConvNeXt.
    case "downsample_layers" where parts.count > 3:
      return parts[1] == "0"
        ? "stem." + rest(from: 2) : "stages.\(parts[1]).downsample." + rest(from: 2)
    case "stages" where parts.count > 3 && Int(parts[2]) != nil:
      parts.insert("blocks", at: 2)
      return parts.prefix(4).joined(separator: ".") + "." + renamedConvNeXt(rest(from: 4))
    case "classifier" where name.hasPrefix("classifier.0."): return "head.norm." + rest(from: 2)
    // The authors' DINOv2.
    case "register_tokens": return "reg_token"
    default: return name
    }
  }

  /// A name within a block of torchvision's transformers.
  private static func renamedBlock(_ name: String) -> String {
    let pairs = [
      ("ln_1.", "norm1."), ("ln_2.", "norm2."), ("self_attention.in_proj_", "attn.qkv."),
      ("self_attention.out_proj.", "attn.proj."), ("mlp.linear_1.", "mlp.fc1."),
      ("mlp.linear_2.", "mlp.fc2."), ("mlp.0.", "mlp.fc1."), ("mlp.3.", "mlp.fc2."),
    ]
    return replacingPrefix(of: name, by: pairs)
  }

  /// A name within a block of torchvision's or the authors' ConvNeXt.
  private static func renamedConvNeXt(_ name: String) -> String {
    let pairs = [
      ("block.0.", "conv_dw."), ("block.2.", "norm."), ("block.3.", "mlp.fc1."),
      ("block.5.", "mlp.fc2."), ("layer_scale", "gamma"), ("dwconv.", "conv_dw."),
      ("pwconv1.", "mlp.fc1."), ("pwconv2.", "mlp.fc2."),
    ]
    return replacingPrefix(of: name, by: pairs)
  }

  private static func replacingPrefix(of name: String, by pairs: [(String, String)]) -> String {
    guard let (old, new) = pairs.first(where: { name.hasPrefix($0.0) }) else { return name }
    return new + name.dropFirst(old.count)
  }

  /// Shapes that differ between libraries though the numbers are the same.
  private mutating func settleLayout() {
    for (name, tensor) in tensors where name.hasSuffix(".gamma") && tensor.rank > 1 {
      tensors[name] = tensor.flattened(from: 0)
    }
    // DINOv2 with registers: the authors add a position to the class token; timm's network has none.
    if tensors["reg_token"] != nil, let token = tensors["cls_token"],
      let positions = tensors["pos_embed"], positions.rank == 3,
      isSquare(positions.size(1) - 1), !isSquare(positions.size(1)),
      positions.size(2) == token.size(-1)
    {
      tensors["cls_token"] = token + positions.sliced(0..<1, along: 1)
      tensors["pos_embed"] = positions.sliced(1..<positions.size(1), along: 1)
    }
    // The authors' ConvNeXt ends in a norm, which timm's network has in its head.
    if tensors["stem.0.weight"] != nil, let weight = tensors["norm.weight"] {
      tensors["head.norm.weight"] = weight
      tensors["head.norm.bias"] = tensors["norm.bias"]
      tensors["norm.weight"] = nil
      tensors["norm.bias"] = nil
    }
  }

  private func isSquare(_ number: Int) -> Bool {
    let root = Int(Double(max(0, number)).squareRoot().rounded())
    return root * root == number
  }
}
