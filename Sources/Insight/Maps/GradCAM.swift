public import Backbones
public import Torch

/// Which places of an image speak for a class, by Grad-CAM (Selvaraju et al. 2017, eq. 1-2):
/// relu(Σₖ αₖ Aᵏ), with A the last feature map and αₖ the mean over places of ∂score/∂Aᵏ. Each map is
/// divided by its largest value, so that it is in 0...1; it is 0 where nothing speaks for the class.
/// - Parameters:
///   - network: in use, not training.
///   - images: `[N, C, H, W]`, normalised as the network's were.
///   - weights: those of a linear classifier of the network's feature, `[D, K]`.
///   - columns: which of the K columns to explain, one an image.
/// - Returns: `float32` `[N, 1, h, w]`, as large as the feature map.
public func gradCAM(
  _ network: ConvNet, _ images: Tensor, weights: Tensor, columns: [Int]
) -> Tensor {
  precondition(
    columns.count == images.size(0) && weights.size(0) == network.features,
    "gradCAM: \(columns.count) columns and weights \(weights.shape) for images \(images.shape)")
  let map = withoutGradient { network.featureMap(images) }.to(.float32).detached()
    .requiringGradient()
  let chosen = weights.detached().to(.float32).to(map.device)
    .rows(Tensor(columns).to(map.device), along: 1)
  // Images do not depend on each other, so that one sum gives the gradient of each.
  (network.feature(of: map) * chosen.transposed()).sum().backward()
  return withoutGradient {
    guard let gradient = map.gradient else { return .zeros(map.shape) }
    let alpha = gradient.mean(over: 2, 3, keepingAxes: true)
    let spoken = (alpha * map.detached()).sum(over: 1, keepingAxes: true).relu()
    return spoken / spoken.max(over: 2, 3, keepingAxes: true).clamped(from: 1e-30)
  }
}
