public import Torch

/// Runs every image through a network once and keeps the features.
///
/// Gradients are off; evaluation mode and autocast are the network's own matter.
/// - Parameters:
///   - count: the number of images, at least 1.
///   - batch: how many go through the network at a time.
///   - images: the images of a range, as the network takes them.
///   - dtype: how features are kept.
///   - network: from a batch of B images to features `[B, D]`.
/// - Returns: `[count, D]` on the processor. Traps if the network gives another shape.
/// - Throws: what `images` throws.
public func embed<Failure: Error>(
  count: Int, batch: Int, images: (Range<Int>) throws(Failure) -> Tensor,
  dtype: DType = .float32, network: (Tensor) -> Tensor
) throws(Failure) -> Tensor {
  precondition(count > 0 && batch > 0, "embed: \(count) images in batches of \(batch)")
  return try withoutGradient { () throws(Failure) -> Tensor in
    var all: Tensor?
    for start in stride(from: 0, to: count, by: batch) {
      let range = start..<min(count, start + batch)
      let features = network(try images(range)).detached().to(dtype).to(.cpu)
      precondition(
        features.rank == 2 && features.size(0) == range.count,
        "embed: \(range.count) images gave features \(features.shape)")
      let rows = all ?? Tensor.empty([count, features.size(1)], dtype: dtype)
      rows[range].assign(features)
      all = rows
    }
    guard let all else { fatalError("embed: no image") }
    return all
  }
}
