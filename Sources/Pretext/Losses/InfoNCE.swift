public import Torch

/// MoCo's loss (He et al. 2020, eq. 1): each query must pick its key among the queue's embeddings,
/// −log exp(q·k₊/τ) / (exp(q·k₊/τ) + Σ exp(q·kᵢ/τ)), averaged over the batch.
/// - Parameters:
///   - queries: unit vectors `[N, D]`.
///   - keys: their positives, unit vectors `[N, D]`, without gradients.
///   - queue: negatives, unit vectors `[K, D]`.
public func infoNCE(_ queries: Tensor, _ keys: Tensor, queue: Tensor, temperature: Double)
  -> Tensor
{
  withoutAutocast(on: queries.device) {
    let q = queries.to(.float32)
    let positive = (q * keys.to(.float32)).sum(over: 1, keepingAxes: true)
    let negatives = q.matmul(queue.to(.float32).transposed())
    let logits = concatenated([positive, negatives], along: 1) / temperature
    return logits.crossEntropy(.zeros([q.size(0)], dtype: .int64, device: q.device))
  }
}

/// InfoNCE with the other images of the batch as negatives (Chen et al. 2021, algorithm 1; Dwibedi et
/// al. 2021, eq. 2): query i must pick key i among all keys.
/// - Parameters:
///   - queries: `[N, D]`, normalised in here.
///   - keys: `[N, D]`, normalised in here.
public func infoNCE(_ queries: Tensor, _ keys: Tensor, temperature: Double) -> Tensor {
  withoutAutocast(on: queries.device) {
    let q = queries.to(.float32).normalized()
    let k = keys.to(.float32).normalized()
    let own = Tensor.range(to: Double(q.size(0)), device: q.device)
    return (q.matmul(k.transposed()) / temperature).crossEntropy(own)
  }
}
