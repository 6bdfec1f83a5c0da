import Downstream
public import Torch

/// ``LinearCKA`` of features `[N, D]` and `[N, D′]` of the same N images, all at once and unbiased, with
/// its 95% interval over images; not a number if one network sees all alike.
///
/// The interval is the jackknife's, which holds for smooth functions of U-statistics, as HSICs are
/// (Arvesen 1969): how CKA changes when an image is left out says how far it would vary with other
/// images. Drawing images with replacement would not do, since those drawn twice are alike in every
/// network. What images of a group do is summed, as the group would be drawn whole. There is none for
/// fewer than 5 images or 2 groups.
/// - Parameter groups: the group of each image (patient, slide, flight), where they come in such.
public func measuredCKA(
  _ features: Tensor, _ others: Tensor, groups: [Int]? = nil
) -> ReadFigure {
  precondition(
    groups.map { $0.count == features.size(0) } ?? true,
    "measuredCKA: \(groups?.count ?? 0) groups for \(features.size(0)) images")
  return withoutGradient {
    let (x, y) = (features.points.centred, others.points.centred)
    let (cross, one, other) = (UnbiasedHSIC(x, y), UnbiasedHSIC(x, x), UnbiasedHSIC(y, y))
    let value = cross.value / (one.value * other.value).squareRoot()
    let images = x.size(0)
    guard images > 4 else { return ReadFigure(value: value, interval: nil) }
    let without = zip(
      cross.valuesWithoutOne, zip(one.valuesWithoutOne, other.valuesWithoutOne)
    ).map { $0 / ($1.0 * $1.1).squareRoot() }
    let mean = without.reduce(0, +) / Double(images)
    var influences: [Int: Double] = [:]
    for (image, value) in without.enumerated() {
      influences[groups?[image] ?? image, default: 0] += mean - value
    }
    let count = Double(influences.count)
    guard count > 1 else { return ReadFigure(value: value, interval: nil) }
    let squares = influences.values.reduce(0) { $0 + $1 * $1 }
    let share = Double(images - 1) / Double(images)
    let half =
      StudentT.quantile(0.975, degrees: count - 1) * share
      * (squares * count / (count - 1)).squareRoot()
    guard half.isFinite else { return ReadFigure(value: value, interval: nil) }
    return ReadFigure(value: value, interval: (value - half)...max(value, min(1, value + half)))
  }
}
