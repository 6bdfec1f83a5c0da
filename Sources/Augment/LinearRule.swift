import Torch

/// Linear rules fitted to some rows of features and judged on the others, in five parts.
enum LinearRule {
  private static let folds = 5
  /// Classes of fewer images are left out.
  private static let leastPerClass = folds

  /// The share of held-out images that a rule tells from themselves turned: ½ where nothing shows.
  /// A classifier as a test of whether two samples differ: Lopez-Paz & Oquab 2017.
  /// - Parameters:
  ///   - images: features of the images, `[N, D]`.
  ///   - turned: those of the same images turned.
  static func told(_ images: Tensor, from turned: Tensor) -> Double {
    let raw = images - turned
    let count = raw.size(0)
    guard count >= 2 * folds else { return 0.5 }
    let differences = raw / (raw.square().mean(over: 0) + 1e-9).sqrt()
    let ridge = Tensor.identity(raw.size(1))
    var told = 0.0
    for fold in 0..<folds {
      let (rest, part) = parts(count, fold)
      let known = differences.rows(Tensor(rest))
      let products = known.transposed().matmul(known) + ridge * (0.1 * Double(rest.count))
      let weights = products.solve(known.sum(over: 0).unsqueezed(1))
      let scores = differences.rows(Tensor(part)).matmul(weights).floats
      told += scores.reduce(0) { $0 + ($1 > 0 ? 1 : $1 < 0 ? 0 : 0.5) }
    }
    return told / Double(count)
  }

  /// How well a rule (linear discriminants, classes weighing the same) tells held-out images'
  /// classes, for the images themselves and for variants of them: 0 for chance, 1 for always right
  /// (balanced accuracy). Nil with fewer than two classes of `leastPerClass` images.
  /// - Parameters:
  ///   - images: what the rules are fitted on, `[N, D]`.
  ///   - variants: features of the same images, changed.
  static func advantage(
    _ images: Tensor, variants: [Tensor] = [], labels: [Int?]
  ) -> [Double]? {
    var counts: [Int: Int] = [:]
    for case let label? in labels { counts[label, default: 0] += 1 }
    let classes = counts.filter { $0.value >= leastPerClass }.keys.sorted()
    guard classes.count >= 2 else { return nil }
    let numbers = Dictionary(uniqueKeysWithValues: zip(classes, 0...))
    let chosen = labels.indices.filter { labels[$0].flatMap { numbers[$0] } != nil }
    let targets = chosen.compactMap { labels[$0].flatMap { numbers[$0] } }
    let own = images.rows(Tensor(chosen))
    let mean = own.mean(over: 0, keepingAxes: true)
    let scale = (own - mean).square().mean(over: 0, keepingAxes: true).sqrt() + 1e-6
    let all = ([images] + variants).map { ($0.rows(Tensor(chosen)) - mean) / scale }
    let oneHot = Tensor(targets).oneHot(classes.count).to(.float32)

    var right = Array(repeating: Array(repeating: 0.0, count: classes.count), count: all.count)
    for fold in 0..<folds {
      let (rest, part) = parts(chosen.count, fold)
      let known = all[0].rows(Tensor(rest))
      let members = oneHot.rows(Tensor(rest))
      let sizes = members.sum(over: 0).unsqueezed(1).clamped(from: 1)
      let means = members.transposed().matmul(known) / sizes
      let residuals = known - members.matmul(means)
      let within =
        residuals.transposed().matmul(residuals) / Double(rest.count)
        + Tensor.identity(known.size(1)) * 0.3
      let weights = within.solve(means.transposed())
      let offsets = (means.transposed() * weights).sum(over: 0) * -0.5
      for (variant, features) in all.enumerated() {
        let found = (features.rows(Tensor(part)).matmul(weights) + offsets).argmax(along: 1).ints
        for (place, label) in zip(part, found) where targets[place] == label {
          right[variant][label] += 1
        }
      }
    }
    let sizes = classes.map { Double(counts[$0] ?? 1) }
    let chance = 1 / Double(classes.count)
    return right.map { right in
      let accuracy = zip(right, sizes).reduce(0) { $0 + $1.0 / $1.1 } * chance
      return (accuracy - chance) / (1 - chance)
    }
  }

  /// Every fifth of 0..<count from `fold` on, and the others.
  private static func parts(_ count: Int, _ fold: Int) -> (rest: [Int], part: [Int]) {
    let all = 0..<count
    return (all.filter { $0 % folds != fold }, all.filter { $0 % folds == fold })
  }
}
