public import Torch

/// The mean cosine similarity of the rows of two `[N, D]`: −1...1.
public func cosineSimilarity(_ a: Tensor, _ b: Tensor) -> Tensor {
  withoutAutocast(on: a.device) {
    (a.to(.float32).normalized() * b.to(.float32).normalized()).sum(over: 1).mean()
  }
}
