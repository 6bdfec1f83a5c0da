public import Torch

/// MSN's loss (Assran et al. 2022, eq. 1 and section 3): the cross-entropy of the anchors' soft
/// assignments to prototypes with the sharpened ones of their target, averaged over all anchors, plus
/// a term in the anchors' mean assignment.
///
/// The targets' assignments share the prototypes evenly by Sinkhorn's algorithm after they are
/// sharpened, as the authors' code has it.
/// - Parameters:
///   - anchors: `[views · N, D]`, the views one after the other, normalised in here.
///   - targets: `[N, D]`, normalised in here; no gradients flow to them.
///   - prototypes: `[K, D]`, normalised in here.
///   - sharpening: T; target assignments are raised to the power of 1/T and made to sum to 1 again.
///   - weight: λ of the term in the mean.
///   - penalty: that term, of the mean assignment `[K]`.
public func prototypeMatchingLoss(
  anchors: Tensor, targets: Tensor, prototypes: Tensor, temperature: Double, sharpening: Double,
  weight: Double, penalty: (Tensor) -> Tensor
) -> Tensor {
  withoutAutocast(on: anchors.device) {
    let directions = prototypes.to(.float32).normalized().transposed()
    func scores(_ x: Tensor) -> Tensor {
      x.to(.float32).normalized().matmul(directions) / temperature
    }
    let codes = withoutGradient {
      sinkhorn((scores(targets.detached()) / sharpening).logSoftmax(), epsilon: 1)
    }
    let logits = scores(anchors)
    let views = anchors.size(0) / targets.size(0)
    let match = logits.crossEntropy(concatenated(Array(repeating: codes, count: views)))
    return match + weight * penalty(logits.softmax().mean(over: 0))
  }
}

/// log K − H(p): how far a distribution `[K]` is from the even one, MSN's mean-entropy term (Assran et
/// al. 2022, section 3). The constant keeps it above 0.
public func entropyDeficit(_ p: Tensor) -> Tensor {
  let uniform = Tensor.full([p.size(0)], 1 / Double(p.size(0)), device: p.device)
  return (p * (p.log() - uniform.log())).sum()
}

/// KL(π ‖ p) with π_k ∝ k^(−exponent), k = 1…K: how far a distribution `[K]` is from a power law, PMSN's
/// prior (Assran et al. 2023, section 5). lightly's direction of the divergence.
public func powerLawDivergence(_ p: Tensor, exponent: Double) -> Tensor {
  let ranks = Tensor.range(1, to: Double(p.size(0) + 1), dtype: .float32, device: p.device)
  let prior = ranks.pow(-exponent) / ranks.pow(-exponent).sum()
  return (prior * (prior.log() - p.log())).sum()
}
