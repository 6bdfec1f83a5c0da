public import Torch

/// The supervised contrastive loss (Khosla et al. 2020, eq. 2, L_out): for each row the mean over its
/// positives, which are all other rows of its class, of
/// −log exp(zᵢ·zₚ/τ) / Σ_{a≠i} exp(zᵢ·zₐ/τ); averaged over rows. The authors' code multiplies this
/// by τ / 0.07; solo-learn sums over the positives inside the logarithm, which is L_in but for a
/// constant.
///
/// Images without a label are neither rows nor positives nor negatives: their class might be any.
/// - Parameters:
///   - z0: embeddings of the first views `[N, D]`, normalised in here.
///   - z1: embeddings of the second views, row i of the same image as row i of `z0`.
///   - labels: classes, `int64` `[N]`, negative where there is none.
/// - Returns: a scalar; 0 if no image has a label.
public func supConLoss(_ z0: Tensor, _ z1: Tensor, labels: Tensor, temperature: Double) -> Tensor {
  withoutAutocast(on: z0.device) {
    let pairs = PairSimilarities(z0, z1)
    let classes = concatenated([labels, labels])
    let isKnown = classes .>= 0
    let isOut = pairs.itself.logicalOr(isKnown.logicalNot().unsqueezed(0))
    // Not −∞, which times 0 is no number.
    let logits = (pairs.all / temperature).filled(where: isOut, with: -1e9)
    let isSameClass = classes.unsqueezed(0) .== classes.unsqueezed(1)
    let positives = isSameClass.logicalAnd(isOut.logicalNot()).to(.float32)
    let rows = isKnown.to(.float32)
    let share = rows / positives.sum(over: 1).clamped(from: 1)
    let perRow = -(positives * logits.logSoftmax()).sum(over: 1) * share
    return perRow.sum() / rows.sum().clamped(from: 1)
  }
}
