public import Torch

/// Decoupled contrastive learning (Yeh et al. 2022, eq. 6): NT-Xent without the positive pair in its
/// denominator, −zᵢ·zⱼ/τ + log Σ_{k of other images} exp(zᵢ·zₖ/τ), averaged over all 2N rows, as in
/// lightly. (The equation sums over them.)
/// - Parameters:
///   - z0: embeddings of the first views `[N, D]`, N of at least 2, normalised in here.
///   - z1: embeddings of the second views, row i of the same image as row i of `z0`.
///   - sigma: with it, the positives are weighted by
///     ``negativeVonMisesFisherWeights(_:sigma:)``: the weighted form, DCLW.
/// - Returns: a scalar, which may be negative.
public func decoupledNTXent(
  _ z0: Tensor, _ z1: Tensor, temperature: Double, sigma: Double? = nil
) -> Tensor {
  withoutAutocast(on: z0.device) {
    let pairs = PairSimilarities(z0, z1)
    let negatives = (pairs.all / temperature).filled(where: pairs.ownImage, with: -.infinity)
    var positives = pairs.positives / temperature
    if let sigma {
      let (own, _) = pairs.positives.halves()
      let weights = negativeVonMisesFisherWeights(own, sigma: sigma)
      positives = positives * concatenated([weights, weights])
    }
    return (negatives.logSumExp(over: 1) - positives).mean()
  }
}

/// DCLW's weights of positive pairs, the larger the less the pair agrees (Yeh et al. 2022):
/// 2 − exp(sᵢ/σ) / meanₖ exp(sₖ/σ). They have mean 1, and no gradients flow through them.
/// - Parameter similarities: cosines of the N pairs, `[N]`.
public func negativeVonMisesFisherWeights(_ similarities: Tensor, sigma: Double) -> Tensor {
  let shares = (similarities.detached() / sigma).softmax(along: 0)
  return 2 - shares * Double(similarities.size(0))
}
