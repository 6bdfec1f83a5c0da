public import Torch

/// SMoG's loss (Pang et al. 2022, section 3): the cross-entropy of cosines with the groups / τ with
/// each image's group, averaged over the batch. Gradients flow to the predictions, and through
/// ``movedGroups(_:towards:momentum:)`` to the embeddings that moved the groups.
/// - Parameters:
///   - predictions: `[N, D]`, normalised in here.
///   - groups: `[K, D]`, as they are after this step's move; normalised in here.
///   - assignments: `int64` `[N]`.
public func groupLoss(
  _ predictions: Tensor, groups: Tensor, assignments: Tensor, temperature: Double
) -> Tensor {
  withoutAutocast(on: predictions.device) {
    let directions = groups.to(.float32).normalized().transposed()
    let cosines = predictions.to(.float32).normalized().matmul(directions)
    return (cosines / temperature).crossEntropy(assignments)
  }
}

/// The group of the largest cosine with each embedding, `int64` `[N]`, without gradients.
/// - Parameters:
///   - embeddings: `[N, D]` of any length.
///   - groups: `[K, D]`, normalised in here.
public func nearestGroups(_ embeddings: Tensor, _ groups: Tensor) -> Tensor {
  withoutGradient {
    withoutAutocast(on: embeddings.device) {
      embeddings.to(.float32).matmul(groups.normalized().transposed()).argmax(along: 1)
    }
  }
}

/// Synchronous momentum grouping (Pang et al. 2022, section 3): g ← β·g + (1 − β)·mean of the
/// embeddings that are nearest to g; a group that none is nearest to stays. As in lightly, the
/// embeddings' gradients flow through the moved groups.
/// - Parameters:
///   - groups: `[K, D]`.
///   - embeddings: `[N, D]`, averaged as they are.
///   - momentum: β.
public func movedGroups(_ groups: Tensor, towards embeddings: Tensor, momentum: Double) -> Tensor {
  withoutAutocast(on: embeddings.device) {
    let z = embeddings.to(.float32)
    let members = nearestGroups(z, groups).oneHot(groups.size(0)).to(.float32)
    let sizes = members.sum(over: 0).unsqueezed(1)
    let means = members.transposed().matmul(z) / sizes.clamped(from: 1)
    return (sizes .> 0).select(groups.lerp(to: means, 1 - momentum), else: groups)
  }
}
