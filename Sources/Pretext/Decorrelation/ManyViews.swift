import Augment
import Torch
import TorchNN

// What methods of many views share: one pass for all of them, large and small crops of one recipe
// that meet in the mean of the large ones, and embeddings seen along random directions.

/// All views through a network, those of one size in one pass.
/// - Returns: embeddings `[V, N, D]` in `float32`, and the backbone's features `[N, F]` of each view.
func embedded(_ images: [Tensor], _ backbone: Layer, _ projector: Layer)
  -> (embeddings: Tensor, features: [Tensor])
{
  let rows = images[0].size(0)
  var features: [Tensor] = []
  let embeddings = perView(images) { views in
    let h = backbone(views)
    features += h.split(h.size(0) / rows)
    return projector(h)
  }
  return (stacked(embeddings).to(.float32), features)
}

extension ViewPlan {
  /// `globals` large crops and `locals` small ones of one recipe; without small ones the large ones
  /// may be of any share of the area.
  /// - Parameter split: the share of the area that parts large crops from small ones.
  static func globalsAndLocals(
    size: Int, globals: Int, locals: Int, split: Double, _ recipe: Augmentation
  ) -> ViewPlan {
    func group(_ count: Int, _ size: Int, _ scale: ClosedRange<Double>) -> ViewGroup {
      var recipe = recipe
      recipe.crop = RandomResizedCrop(scale: scale)
      return ViewGroup(count: count, size: size, augmentation: recipe)
    }
    let large = group(max(1, globals), size, locals == 0 ? 0.08...1 : split...1)
    if locals == 0 { return ViewPlan([large]) }
    return ViewPlan([large, group(locals, localSize(for: size), 0.05...split)])
  }
}

/// Refuses a weight λ outside 0...1, and views that are too few to differ.
func checkCentredViews(
  method: String, globals: Int, locals: Int, regularization: Double
) throws(PretextError) {
  guard globals > 0, locals >= 0, globals + locals > 1 else {
    throw .option(
      method: method,
      "views is \(globals) and locals \(locals); they must be at least 1 and 0, together 2")
  }
  guard (0...1).contains(regularization) else {
    throw .option(
      method: method, "regularization is \(regularization); it must be in 0...1")
  }
}

/// Random unit vectors, one a column, `[dimensions, count]`.
func randomDirections(
  _ count: Int, dimensions: Int, random: RandomStream, device: Device
) -> Tensor {
  random.normal([dimensions, count]).normalized(along: 0).to(device)
}

/// The mean square distance of embeddings `[V, N, D]` from the mean of the first `globals` views of
/// their image (Balestriero and LeCun 2025; Wu et al. 2026, eq. 8).
func distanceFromCentre(_ z: Tensor, globals: Int) -> Tensor {
  (z - z[0..<globals].mean(over: 0, keepingAxes: true)).square().mean()
}
