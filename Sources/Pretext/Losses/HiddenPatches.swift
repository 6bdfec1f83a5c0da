public import Torch

/// iBOT's loss on hidden patches (Zhou et al. 2022, eq. 2): the cross-entropy of the student's
/// distribution for a hidden patch with the teacher's for the same patch seen, averaged over the hidden
/// patches of each image, then over images; an image without any adds 0.
/// - Parameters:
///   - scores: the student's, `[M, K]`.
///   - targets: the teacher's distributions, rows of sum 1, `[M, K]`; no gradients flow to them.
///   - weights: what each patch counts, one over the number of its image's and of images, `[M]`.
public func hiddenPatchLoss(
  _ scores: Tensor, targets: Tensor, weights: Tensor, studentTemperature: Double
) -> Tensor {
  withoutAutocast(on: scores.device) {
    let prediction = (scores.to(.float32) / studentTemperature).logSoftmax()
    return -((targets.detached() * prediction).sum(over: 1) * weights).sum()
  }
}
