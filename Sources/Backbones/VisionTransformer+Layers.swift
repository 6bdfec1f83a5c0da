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
}
