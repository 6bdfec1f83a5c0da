public import Torch
public import TorchNN

/// The embeddings of the last batches, newest first: MoCo's negatives, NNCLR's support set, SwAV's
/// stored features.
public final class FeatureQueue: Module {
  private let rows: Buffer

  /// A queue of `length` unit vectors of `dimensions`, random ones until real ones push them out.
  public init(_ length: Int, _ dimensions: Int, random: RandomStream) {
    rows = Buffer(random.normal([length, dimensions]).normalized())
  }

  /// All embeddings, `[length, D]`, without gradients.
  public var embeddings: Tensor { rows.value }

  /// Puts a batch `[B, D]` in front; the oldest fall out.
  public func push(_ batch: Tensor) {
    let batch = batch.detached().to(.float32)
    let length = rows.value.size(0)
    rows.value = concatenated([batch, rows.value])[0..<length].copy()
  }

  /// For each row of `z`, unit vectors `[N, D]`, the stored embedding that is nearest to it,
  /// without gradients.
  func nearest(to z: Tensor) -> Tensor {
    withoutGradient {
      withoutAutocast(on: z.device) {
        embeddings.rows(z.matmul(embeddings.transposed()).argmax(along: 1))
      }
    }
  }

  /// For each row of `z`, unit vectors `[N, D]`, the `count` stored embeddings that are nearest to
  /// it, nearest first, `[N, count, D]`, without gradients.
  func nearest(to z: Tensor, count: Int) -> Tensor {
    withoutGradient {
      withoutAutocast(on: z.device) {
        let places = z.matmul(embeddings.transposed()).top(count, along: 1).indices
        return embeddings.rows(places.flattened()).reshaped(z.size(0), count, -1)
      }
    }
  }
}
