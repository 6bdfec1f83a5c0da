public import Torch

/// The normalised temperature-scaled cross-entropy of SimCLR (Chen et al. 2020, eq. 1).
///
/// Each of the 2N rows must pick its partner among the 2N − 1 others by cosine similarity:
/// ℓ(i, j) = −log exp(sim(zᵢ, zⱼ)/τ) / Σ_{k≠i} exp(sim(zᵢ, zₖ)/τ), averaged over all rows.
/// - Parameters:
///   - z0: embeddings of the first views `[N, D]`, normalised in here.
///   - z1: embeddings of the second views, row i of the same image as row i of `z0`.
/// - Returns: a scalar.
public func ntXent(_ z0: Tensor, _ z1: Tensor, temperature: Double) -> Tensor {
  withoutAutocast(on: z0.device) {
    let pairs = PairSimilarities(z0, z1)
    let logits = (pairs.all / temperature).filled(where: pairs.itself, with: -.infinity)
    return (logits.logSumExp(over: 1) - pairs.positives / temperature).mean()
  }
}
