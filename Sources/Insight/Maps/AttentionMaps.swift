public import Backbones
public import Torch

/// Where each head of a ViT's last block looks, `[N, heads, h, w]`: the attention of the class token to
/// each patch, as DINO shows it (Caron et al. 2021, figure 1); in a network whose feature is the mean
/// of its patches, the mean attention of the patches instead. What the class token and registers get is
/// left out, so that a map's sum is at most 1.
/// - Parameters:
///   - network: in use, not training.
///   - images: `[N, C, H, W]`, normalised as the network's were.
public func attentionMaps(_ network: VisionTransformer, _ images: Tensor) -> Tensor {
  withoutGradient {
    network.lookedAt(network.attentions(images, last: 1)[0], size: images)
  }
}

/// Where the feature of a ViT comes from through all its blocks, `[N, 1, h, w]`, by
/// ``attentionRollout(_:)``: the part of each patch in the class token, or, in a network whose feature
/// is the mean of its patches, in these.
/// - Parameters:
///   - network: in use, not training.
///   - images: `[N, C, H, W]`, normalised as the network's were.
public func rolloutMaps(_ network: VisionTransformer, _ images: Tensor) -> Tensor {
  withoutGradient {
    let flow = attentionRollout(network.attentions(images, last: .max))
    return network.lookedAt(flow.unsqueezed(1), size: images)
  }
}

/// How much of each input token is in each output token, `[N, T, T]` with rows of sum 1, by attention
/// rollout (Abnar and Zuidema 2020, section 3): the product of ½ A + ½ I over the blocks, A being the
/// mean of the heads.
/// - Parameter attentions: those of each block, the first block first, `[N, heads, T, T]`.
public func attentionRollout(_ attentions: [Tensor]) -> Tensor {
  precondition(!attentions.isEmpty, "attentionRollout: give the attention of a block or more")
  return withoutGradient {
    let flows = attentions.map { attention in
      let mean = attention.to(.float32).mean(over: 1)
      return (mean + Tensor.identity(mean.size(1), device: mean.device)) / 2
    }
    return flows.dropFirst().reduce(flows[0]) { $1.matmul($0) }
  }
}

extension VisionTransformer {
  /// Of weights `[N, K, T, T]` of rows' tokens on columns', those of what becomes the feature on the
  /// patches of `images`: `[N, K, h, w]`.
  fileprivate func lookedAt(_ weights: Tensor, size images: Tensor) -> Tensor {
    let patches = prefixLength..<weights.size(3)
    let rows =
      spec.pooling == .mean
      ? weights.sliced(patches, along: 2).mean(over: 2) : weights.selected(0, along: 2)
    return rows.sliced(patches, along: 2)
      .reshaped(images.size(0), weights.size(1), images.size(2) / patch, images.size(3) / patch)
  }
}
