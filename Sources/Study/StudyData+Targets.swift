public import Augment
import Images

extension StudyData {
  /// The numbers' mean and deviation over some images, by which a network learns them.
  struct NumberScale {
    let mean: Double
    let deviation: Double

    init(_ numbers: [Double]) {
      let count = Double(max(1, numbers.count))
      let mean = numbers.reduce(0, +) / count
      self.mean = mean
      let spread = (numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
      deviation = spread > 0 ? spread : 1
    }
  }

  /// The scale of the numbers of some images, where numbers are to be predicted.
  func scale(of indices: [Int]) -> NumberScale {
    NumberScale(indices.compactMap { images.values[$0] })
  }

  /// Whether a row makes sense for the images' labels: supervised training knows classes, tags and
  /// numbers, contrast by class knows classes, and masks need a map of features.
  public func suits(_ row: StudyRow) -> Bool {
    switch row.method {
    case Baseline.supCon: images.task == .classes
    case Baseline.supervised, Baseline.pixels: images.task != .masks
    default: true
    }
  }

  /// What supervised training learns from some images; `nil` for classes.
  public func targets(learntFrom indices: [Int]) -> Targets? {
    switch images.task {
    case .none, .classes, .masks: return nil
    case .tags: return Targets(tags: images.tags, classes: images.classes.count)
    case .values:
      let scale = scale(of: indices)
      return Targets(
        numbers: images.values.map { $0.map { ($0 - scale.mean) / scale.deviation } })
    }
  }
}
