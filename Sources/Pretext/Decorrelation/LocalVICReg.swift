import Torch

/// The weights of VICReg's three terms.
struct VICRegWeights {
  var invariance: Double
  var variance: Double
  var covariance: Double
}

/// VICRegL's loss of places (Bardes et al. 2022, section 3.1): VICReg of places matched by their
/// embeddings, plus VICReg of places matched by their location, each the mean over both directions
/// of the search and over both orders of the views.
///
/// lightly's: the first view of a pair keeps `matches.0` pairs and the second `matches.1`,
/// whichever the match is by. The authors' code keeps every pair that was matched by embedding and
/// by default forgets that flipped views run the other way; one version of it keeps the loss of the
/// last pair of views alone. Centres are in the middle of their places, as the authors' are;
/// lightly's spread from half a place inside the crop to half a place beyond it.
/// - Parameters:
///   - a: the places of the first views.
///   - b: those of the second views.
///   - matches: pairs that are kept of each image by the first view of a pair and by the second.
func localVICRegLoss(
  _ a: Places, _ b: Places, weights: VICRegWeights, matches: (Int, Int)
) -> Tensor {
  withoutAutocast(on: a.embeddings.device) {
    let byEmbedding = squareDistances(a.embeddings, b.embeddings)
    // Not expanded as the others: what neighbouring places differ by is small beside their squares.
    let byLocation = (a.centres.unsqueezed(2) - b.centres.unsqueezed(1)).square().sum(over: 3)
    func loss(_ x: Places, _ y: Places, _ distances: Tensor, _ count: Int) -> Tensor {
      let pairs = PlaceMatches(distances, count: count)
      return placesVICRegLoss(
        x.embeddings.gatheredTokens(pairs.places), y.embeddings.gatheredTokens(pairs.partners),
        weights)
    }
    // Four searches of each kind: each view's places, with the numbers of either order.
    let losses = [byEmbedding, byLocation].flatMap { distances in
      [matches.0, matches.1].flatMap { count in
        [loss(a, b, distances, count), loss(b, a, distances.transposed(), count)]
      }
    }
    return losses.dropFirst().reduce(losses[0], +) / 4
  }
}

/// VICReg of matched places: variance and covariance are those of each position over the batch,
/// averaged over positions. The covariances of the two sides are averaged, not added as in VICReg.
/// - Parameters:
///   - a: `[N, K, D]`, the k-th closest match of each image at k.
///   - b: what they are matched with.
func placesVICRegLoss(_ a: Tensor, _ b: Tensor, _ weights: VICRegWeights) -> Tensor {
  let sides = [a, b]
  let hinges = sides.map { varianceHinge($0) }
  let covariances = sides.map { positionCovariance($0) }
  return weights.invariance * (a - b).square().mean()
    + weights.variance * (hinges[0] + hinges[1]) / 2
    + weights.covariance * (covariances[0] + covariances[1]) / 2
}

/// Σ_{i≠j} cov(z)ᵢⱼ² / D at each position of `[N, K, D]`, averaged over the positions.
private func positionCovariance(_ z: Tensor) -> Tensor {
  let (count, positions, dimensions) = (z.size(0), z.size(1), z.size(2))
  let centred = (z - z.mean(over: 0, keepingAxes: true)).transposed(0, 1)
  let covariance = centred.transposed().matmul(centred) / Double(count - 1)
  let own = z.variance(over: 0).square().sum()
  return (covariance.square().sum() - own) / Double(positions * dimensions)
}
