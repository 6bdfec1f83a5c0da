import Backbones
import Torch
import TorchNN

/// A view as DenseCL sees it, in `float32`; but for `features`, unit vectors.
struct DenseEmbedding {
  /// The backbone's features, pooled from its map, `[N, C]`.
  var features: Tensor
  /// The backbone's map, `[N, S, C]`.
  var map: Tensor
  /// The image's embedding, `[N, D]`.
  var image: Tensor
  /// The places' embeddings, `[N, S, D]`.
  var places: Tensor
  /// The direction of the places' mean, `[N, D]`: what the queue of places holds.
  var meanPlace: Tensor
}

/// DenseCL's two projectors side by side: for the pooled features, and for every place of the feature
/// map by convolutions of 1×1 (Wang et al. 2021, section 3.2).
final class DenseHead: Layer {
  let image: Sequential
  let places: Sequential

  /// Two layers each.
  init(_ features: Int, hidden: Int, output: Int, random: RandomStream) {
    image = ProjectionHead.perceptron(
      [features, hidden, output], normalisesHidden: false, random: random)
    places = Sequential([
      Conv2d(features, hidden, kernel: 1, bias: true, random: random), ReLU(),
      Conv2d(hidden, output, kernel: 1, bias: true, random: random),
    ])
  }

  /// Embeds images `[N, C, H, W]` by a backbone's feature map.
  func embed(_ images: Tensor, by backbone: ConvNet) -> DenseEmbedding {
    let map = backbone.featureMap(images)
    let features = backbone.feature(of: map)
    let embedded = places(map).to(.float32).flattened(from: 2)
    return DenseEmbedding(
      features: features,
      map: map.to(.float32).flattened(from: 2).transposed().normalized(),
      image: image(features).to(.float32).normalized(),
      places: embedded.transposed().normalized(),
      meanPlace: embedded.mean(over: 2).normalized())
  }
}
