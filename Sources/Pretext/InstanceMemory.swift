import Torch
import TorchNN

extension Buffer {
  /// In a memory of one unit vector an image, `[N, D]`, moves those of a batch: v ← m·v + (1 − m)·z,
  /// brought back to length 1.
  /// - Parameters:
  ///   - z: the batch's embeddings `[B, D]`, without gradients.
  ///   - members: their rows, `int64` `[B]`.
  func remember(_ z: Tensor, _ members: Tensor, momentum: Double) {
    withoutGradient {
      // The backward pass still needs the memory as it was.
      let renewed = value.copy()
      renewed.assignRows(members, renewed.rows(members).lerp(to: z, 1 - momentum).normalized())
      value = renewed
    }
  }
}
