/// The images that fine-tuning learns from, chooses its step by, and is judged on, each ascending.
struct FineTuningParts {
  let fit: [Int]
  /// Empty where none can be spared.
  let held: [Int]
  let test: [Int]

  /// Takes the labelled images of a split. Without validation images, 20% of the training images are
  /// set aside as ``ModelSelection`` does for many labels, also for few: five folds would tune five
  /// networks.
  /// - Throws: ``ProbeError`` as probes do.
  init(
    _ split: EvaluationSplit, labels: [Int?], groups: [Int]?, classes: Int, seed: UInt64
  ) throws(ProbeError) {
    try split.check(count: labels.count, groups: groups)
    func labelled(_ part: String, _ images: [Int]) throws(ProbeError) -> [Int] {
      var kept: [Int] = []
      for image in images.sorted() {
        guard let label = labels[image], label >= 0 else { continue }
        guard label < classes else { throw .label(label, image: image, classes: classes) }
        kept.append(image)
      }
      guard !kept.isEmpty else { throw .noLabels(part: part) }
      return kept
    }
    let train = try labelled("training", split.train)
    test = try labelled("test", split.test)
    let own = train.map { labels[$0] ?? 0 }
    if own.allSatisfy({ $0 == own[0] }) { throw .oneClass(own[0]) }
    if let validation = split.validation {
      (fit, held) = (train, try labelled("validation", validation))
      return
    }
    let isHeld = Self.setAside(own, groups: groups.map { groups in train.map { groups[$0] } }, seed)
    fit = zip(train, isHeld).filter { !$1 }.map(\.0)
    held = zip(train, isHeld).filter { $1 }.map(\.0)
  }

  /// Which of some images to hold out: a fifth, stratified and by whole groups, but none without
  /// which a class would have no image to learn from.
  private static func setAside(_ labels: [Int], groups: [Int]?, _ seed: UInt64) -> [Bool] {
    let folds = StratifiedFolds.deal(
      labels: labels, groups: groups, folds: StratifiedFolds.count, seed: seed)
    var isHeld = folds.map { $0 == 0 }
    var known = Set(labels.indices.filter { !isHeld[$0] }.map { labels[$0] })
    for image in labels.indices where isHeld[image] && !known.contains(labels[image]) {
      let unit = groups.map { groups in labels.indices.filter { groups[$0] == groups[image] } }
      for member in unit ?? [image] {
        isHeld[member] = false
        known.insert(labels[member])
      }
    }
    return isHeld
  }
}
