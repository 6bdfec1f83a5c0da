extension Backbone {
  /// How many blocks or stages from a classifier's head a parameter lies, by its name in
  /// ``Module/parameters``: 0 for the last norm, 1 for a ViT's last block or a ConvNet's last stage,
  /// and so on to the most for what meets the image first (a stem; a ViT's patch projection,
  /// positions and tokens). The order of BEiT's and MAE's fine-tuning (Bao et al. 2022, He et al.
  /// 2022), whose units are a ViT's blocks. Traps on a name that no backbone has.
  public func distanceFromHead(ofParameter name: String) -> Int {
    let deepest = (VisionTransformer.plan(spec.architecture)?.depth ?? 4) + 1
    let words = name.split(separator: ".")
    switch words.first {
    case "norm", "head": return 0
    case "blocks", "stages": if let index = Int(words[1]) { return deepest - 1 - index }
    case "layer1": return 4
    case "layer2": return 3
    case "layer3": return 2
    case "layer4": return 1
    case "stem", "conv1", "bn1", "cls_token", "reg_token", "pos_embed", "patch_embed":
      return deepest
    default: break
    }
    preconditionFailure("Backbone.distanceFromHead: \(spec.id) has no parameter '\(name)'")
  }
}
