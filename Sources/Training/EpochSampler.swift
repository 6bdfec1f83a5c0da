import Torch

/// Which images each step takes: a new random order every epoch, decided by seed and epoch alone,
/// so that a resumed run goes on with the same batches.
struct EpochSampler {
  private let indices: [Int]
  private let batch: Int
  private let seed: UInt64
  /// Whole batches in an epoch; what is left over waits for another order.
  let stepsPerEpoch: Int
  private var order: (epoch: Int, indices: [Int])?

  init(indices: [Int], batch: Int, seed: UInt64) {
    self.indices = indices
    self.batch = batch
    self.seed = seed
    stepsPerEpoch = max(1, indices.count / batch)
  }

  /// The images of a step.
  mutating func batch(at step: Int) -> [Int] {
    let (epoch, position) = step.quotientAndRemainder(dividingBy: stepsPerEpoch)
    if order?.epoch != epoch {
      let shuffled = RandomStream(seed: seed, "order", epoch).permutation(indices.count).ints
      order = (epoch, shuffled.map { indices[$0] })
    }
    let order = order?.indices ?? []
    return Array(order[(position * batch)..<((position + 1) * batch)])
  }
}
