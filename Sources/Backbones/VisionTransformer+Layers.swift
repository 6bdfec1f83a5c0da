public import Torch
import TorchNN

/// What methods ask of a transformer beyond its last tokens.
extension VisionTransformer {
  /// Runs the blocks and the last norm on tokens `[N, T, D]`, each of which attends only to those
  /// that `mask` allows: `bool` `[N, 1, T, T]`, true where the row's token may look at the
  /// column's.
  public func encode(_ tokens: Tensor, mask: Tensor) -> Tensor {
    norm(blocks.reduce(tokens) { $1($0, mask: mask) })
  }

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
