import Torch

/// A network's outputs for each view, with one pass for all views of one size: what DINO and SwAV do
/// with their crops.
/// - Parameter views: `[N, C, H, W]` each, views of one size next to each other.
/// - Returns: one `[N, D]` a view.
func perView(_ views: [Tensor], _ network: (Tensor) -> Tensor) -> [Tensor] {
  var outputs: [Tensor] = []
  var start = 0
  while start < views.count {
    let size = views[start].shape
    let end = views[start...].firstIndex { $0.shape != size } ?? views.count
    outputs += network(concatenated(Array(views[start..<end]))).split(end - start)
    start = end
  }
  return outputs
}
