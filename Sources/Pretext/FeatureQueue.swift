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
}
