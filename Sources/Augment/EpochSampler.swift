import Torch

/// Which images each step takes: a new random order every epoch, decided by seed and epoch alone,
/// so that a resumed run goes on with the same batches.
package struct EpochSampler {
  private let count: Int
  private let batch: Int
  private let seed: UInt64
  /// Whole batches in an epoch; what is left over waits for another order.
  package let stepsPerEpoch: Int
  private var order: (epoch: Int, indices: [Int])?

  /// Batches of `count` images.
  package init(count: Int, batch: Int, seed: UInt64) {
    self.count = count
    self.batch = batch
    self.seed = seed
    stepsPerEpoch = max(1, count / batch)
  }

  /// The images of a step, 0 ..< count.
  package mutating func batch(at step: Int) -> [Int] {
    let (epoch, position) = step.quotientAndRemainder(dividingBy: stepsPerEpoch)
    if order?.epoch != epoch {
      order = (epoch, RandomStream(seed: seed, "order", epoch).permutation(count).ints)
    }
    let order = order?.indices ?? []
    return Array(order[(position * batch)..<((position + 1) * batch)])
  }
}
