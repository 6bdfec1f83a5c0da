public import Torch
import TorchNN

/// What methods ask of a transformer beyond its last tokens.
extension VisionTransformer {
  /// What each of the last `count` blocks gives for tokens `[N, T, D]`, before the last norm; of
  /// all blocks where there are fewer.
  public func blockOutputs(_ tokens: Tensor, last count: Int) -> [Tensor] {
    var x = tokens
    let outputs = blocks.map { block in
      x = block(x)
      return x
    }
    return outputs.suffix(count)
  }

  /// How much each token looks at each other in the last `count` blocks, `[N, heads, T, T]` with rows
  /// of sum 1, of images `[N, C, H, W]`; T counts the class token and registers, then the patches row
  /// by row. Of all blocks where there are fewer.
  public func attentions(_ images: Tensor, last count: Int) -> [Tensor] {
    var x = withClassToken(embed(images))
    var attentions: [Tensor] = []
    for (index, block) in blocks.enumerated() {
      if index >= blocks.count - count { attentions.append(block.attention(x)) }
      x = block(x)
    }
    return attentions
  }
}
