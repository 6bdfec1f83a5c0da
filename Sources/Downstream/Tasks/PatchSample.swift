import Torch

/// The patches that a segmentation is fitted on.
struct PatchSample {
  /// `float32` `[M, C]`.
  let features: Tensor
  /// The shares of the classes ``present``, `[M, K]`.
  let shares: Tensor
  /// The share of pixels that are counted, `[M]`.
  let weights: Tensor
  /// The classes that some patch shows.
  let present: [Int]

  /// Takes the patches of `images` (ascending) with a pixel that is counted, or draws `most` of them.
  /// The draw depends on the seed, the images and where they are labelled, not on features.
  init(
    _ images: [Int], _ features: PatchFeatures, _ targets: PatchTargets, most: Int, seed: UInt64
  ) {
    // Of each image, the places with a pixel that is counted.
    var places = images.map { image in
      targets.shares(of: image).counted.floats.enumerated().filter { $0.element > 0 }.map(\.offset)
    }
    let total = places.reduce(0) { $0 + $1.count }
    if total > most {
      var isDrawn = [Bool](repeating: false, count: total)
      let order = RandomStream(seed: seed, "patches").permutation(total)
      for patch in order[0..<most].ints { isDrawn[patch] = true }
      var start = 0
      places = places.map { own in
        defer { start += own.count }
        return own.enumerated().filter { isDrawn[start + $0.offset] }.map(\.element)
      }
    }
    let drawn = zip(images, places).filter { !$0.1.isEmpty }.map { image, own in
      let (classes, counted) = targets.shares(of: image)
      let rows = Tensor(own)
      let values = features.places(of: image)
      return (values.rows(rows.to(values.device)), classes.rows(rows), counted.rows(rows))
    }
    self.features = concatenated(drawn.map(\.0))
    weights = concatenated(drawn.map(\.2))
    let shares = concatenated(drawn.map(\.1))
    let totals = shares.sum(over: 0).floats
    present = totals.indices.filter { totals[$0] > 0 }
    self.shares = shares.rows(Tensor(present), along: 1)
  }
}
