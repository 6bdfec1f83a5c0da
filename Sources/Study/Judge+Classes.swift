import Augment
import Backbones
import Downstream
import Images
import Pretext
import Torch
import Training

/// The protocols of one class an image.
extension Judge {
  /// How many times fewer images the rarest class of the long-tailed set has (Cui et al. 2019 go up to
  /// 200).
  private static let imbalance = 100.0
  /// Shares of wrong labels.
  private static let noise = [20, 40]
  /// The shares of labels, besides all of them.
  private static let fractions = [1, 10]

  /// - Returns: whether it was finished, not stopped.
  func judgeClasses(
    _ task: DownstreamProtocol, _ evaluation: inout Evaluation, _ report: (String) -> Void,
    _ shouldStop: () -> Bool
  ) throws -> Bool {
    switch task {
    case .linear: return try probe(linear, .linear, &evaluation, shouldStop)
    case .knn: return try probe(KNNProbe(), .knn, &evaluation, shouldStop)
    case .sgd: return try probe(SGDProbe(), EvaluationProtocol(.sgd), &evaluation, shouldStop)
    case .fewShot:
      let results = try FewShot().evaluate(
        train: part(.training), test: part(.test), classes: classes,
        seed: seed, shouldStop: shouldStop)
      // "10 labels a class" means ten of each: where a class has fewer, the column would say otherwise.
      let present = Set(labelled.compactMap { data.images.labels[$0] }).count
      for result in results where result.labelled == result.shots * present {
        evaluation.add(EvaluationProtocol(.fewShot, .labelsPerClass(result.shots)), result)
      }
    case .fractions:
      for (percent, images) in try fractions() {
        let condition = EvaluationProtocol(.linear, .percentOfLabels(percent))
        guard
          try probe(
            linear, condition, &evaluation, shouldStop, train: images, mayValidate: false)
        else { return false }
      }
    case .fineTune: return try tune(.fineTune, labelled, &evaluation, shouldStop)
    case .fineTuneFractions:
      for (percent, images) in try fractions() {
        let condition = EvaluationProtocol(.fineTune, .percentOfLabels(percent))
        guard try tune(condition, images, &evaluation, shouldStop) else { return false }
      }
    case .corruptions: return try corrupt(&evaluation, report, shouldStop)
    case .imbalanced:
      let images = try Splits.longTailed(
        of: labelled, labels: data.images.labels, imbalance: Judge.imbalance, seed: seed)
      guard
        try probe(
          linear, EvaluationProtocol(.linear, .imbalanced), &evaluation, shouldStop,
          train: images, mayValidate: false)
      else { return false }
      let tuned = EvaluationProtocol(.fineTune, .imbalanced)
      return try tune(tuned, images, &evaluation, shouldStop)
    case .labelNoise:
      for percent in Judge.noise {
        let labels = LabelNoise.symmetric.applied(
          to: data.images.labels, training: labelled, share: Double(percent) / 100,
          classes: classes, seed: seed)
        let condition = EvaluationProtocol(.linear, .noisyLabels(percent: percent))
        guard
          try probe(
            linear, condition, &evaluation, shouldStop, labels: labels, mayValidate: false)
        else { return false }
      }
    case .endToEnd:
      guard let classifier else { return true }
      let logits = outputs(of: data.test) { classifier.logits($0) }
      try add(.endToEnd, ClassScores(checked(logits.softmax())), to: &evaluation)
    }
    return true
  }

  private var linear: LinearProbe { LinearProbe(.init(classWeighting: classWeights)) }

  private var classes: Int { data.images.classes.count }

  private var truth: [Int] { data.test.compactMap { data.images.labels[$0] } }

  /// The features and labels of a part.
  private func part(
    _ part: Part, labels: [Int?]? = nil
  ) throws(ProbeError) -> LabelledFeatures {
    let (indices, labels) = (images(of: part), labels ?? data.images.labels)
    return try LabelledFeatures(
      features(of: part), labels: indices.map { labels[$0] },
      groups: data.groups(of: indices), part: part.rawValue)
  }

  /// - Parameters:
  ///   - train: the images to learn from, if not all labelled ones.
  ///   - labels: their labels, if not the true ones.
  ///   - mayValidate: whether the data's own validation images may choose the setting. They are clean
  ///     and many, so that a harder training set would be judged too well by them.
  /// - Returns: whether it was finished, not stopped.
  private func probe(
    _ probe: any FeatureProbe, _ condition: EvaluationProtocol, _ evaluation: inout Evaluation,
    _ shouldStop: () -> Bool, train images: [Int]? = nil, labels: [Int?]? = nil,
    mayValidate: Bool = true
  ) throws -> Bool {
    // Parts of the labelled images reuse their features.
    var train = try part(.training, labels: labels)
    if let images {
      let kept = Set(images)
      train = train.picked(labelled.indices.filter { kept.contains(labelled[$0]) })
    }
    let validates = mayValidate && !data.validation.isEmpty
    let validation = try validates ? part(.validation) : nil
    let test = try part(.test)
    if let probe = probe as? LinearProbe {
      let fitted = try probe.fit(
        train: train, validation: validation, classes: classes, seed: seed, shouldStop: shouldStop)
      if shouldStop() { return false }
      evaluation.add(condition, probe.result(of: fitted, test), truth: truth)
    } else {
      let result = try probe.evaluate(
        train: train, validation: validation, test: test, classes: classes, seed: seed)
      evaluation.add(condition, result, truth: truth)
    }
    return !shouldStop()
  }

  private func fractions() throws -> [(percent: Int, images: [Int])] {
    let shares = Judge.fractions.map { Double($0) / 100 }
    let groups = data.images.groups
    let parts = try LabelFractions.draw(
      shares, of: labelled, labels: data.images.labels, groups: groups, seed: seed)
    return zip(Judge.fractions, parts.map(\.images)).filter { _, images in
      // Where a part is all there is, it says nothing new; of one group, none can be set aside to
      // choose a setting by.
      images.count < labelled.count
        && groups.map { groups in Set(images.map { groups[$0] }).count > 1 } ?? true
    }.map { ($0, $1) }
  }

  /// - Returns: whether it was finished, not stopped.
  private func tune(
    _ condition: EvaluationProtocol, _ train: [Int], _ evaluation: inout Evaluation,
    _ shouldStop: () -> Bool
  ) throws -> Bool {
    guard case .backbone(let backbone) = network else { return true }
    let mayValidate = condition.condition == nil && !data.validation.isEmpty
    let result = try FineTuning().run(
      FineTuning.Problem(
        backbone: backbone, store: data.store, labels: data.images.labels,
        groups: data.images.groups, classes: classes, imageSize: imageSize, precision: precision,
        seed: seed),
      split: EvaluationSplit(
        train: train, validation: mayValidate ? data.validation : nil, test: data.test),
      shouldStop: shouldStop)
    guard let result else { return false }
    try add(
      condition, ClassScores(checked(result.probabilities)), to: &evaluation,
      chosen: result.setting)
    return true
  }

  /// Adds all figures of a classifier's scores of the test images.
  private func add(
    _ condition: EvaluationProtocol, _ scores: ClassScores, to evaluation: inout Evaluation,
    chosen: String = ""
  ) {
    evaluation.note(condition, scores.predictions, truth: truth)
    evaluation.add(
      condition, bootstrapped(ClassificationFigures(scores, labels: truth)), chosen: chosen)
  }

  /// - Returns: whether it was finished, not stopped.
  private func corrupt(
    _ evaluation: inout Evaluation, _ report: (String) -> Void, _ shouldStop: () -> Bool
  ) throws -> Bool {
    guard case .backbone(let backbone) = network else { return true }
    let fitted = try linear.fit(
      train: part(.training),
      validation: data.validation.isEmpty ? nil : part(.validation),
      classes: classes, seed: seed, shouldStop: shouldStop)
    if shouldStop() { return false }
    let device = data.store.device
    let precision = precision
    // The images and their noise are the same for every row.
    let robustness = try Robustness.measure(
      test: data.test, labels: data.images.labels, store: data.store,
      imageSize: imageSize,
      progress: { done, total in report("corruptions \(100 * done / total)%") },
      shouldStop: shouldStop
    ) { images in
      let features = withAutocast(precision, on: device) { backbone(images) }
      return fitted.scores(of: features.to(.float32).to(.cpu))
    }
    if shouldStop() { return false }
    func add(_ robustness: Robustness, _ metric: Metric, relative: Metric) {
      func add(_ condition: EvaluationProtocol.Condition, _ metric: Metric, _ value: Double) {
        evaluation.add(EvaluationProtocol(.linear, condition), metric, value)
      }
      add(.corrupted, metric, robustness.absolute)
      if let share = robustness.relative { add(.corrupted, relative, share) }
      for corruption in robustness.corruptions {
        add(.corruption(corruption.rawValue), metric, robustness.mean(of: corruption))
      }
    }
    add(robustness.plain, .accuracy, relative: .relativeRobustness)
    add(robustness.balanced, .balancedAccuracy, relative: .relativeBalancedRobustness)
    return true
  }
}

extension Evaluation {
  /// Adds one figure.
  mutating func add(
    _ condition: EvaluationProtocol, _ metric: Metric, _ value: Double,
    interval: ClosedRange<Double>? = nil, chosen: String = ""
  ) {
    scores.append(
      Score(
        runId: run, evaluation: condition, metric: metric, value: value,
        interval: interval.map { Interval(lower: $0.lowerBound, upper: $0.upperBound) },
        chosen: chosen))
  }

  /// Adds figures with their intervals.
  mutating func add(
    _ condition: EvaluationProtocol, _ figures: [MetricFigure], chosen: String = ""
  ) {
    for figure in figures {
      add(condition, figure.metric, figure.value, interval: figure.interval, chosen: chosen)
    }
  }

  /// Adds all figures of a probe.
  fileprivate mutating func add(
    _ condition: EvaluationProtocol, _ result: ProtocolResult, truth: [Int]
  ) {
    note(condition, result.predictions, truth: truth)
    add(condition, result.figures, chosen: result.setting)
  }

  fileprivate mutating func note(
    _ condition: EvaluationProtocol, _ predictions: [Int], truth: [Int]
  ) {
    self.predictions[condition] = predictions
    correct[condition] = zip(predictions, truth).map { $0 == $1 }
  }

  /// Adds the mean over draws of few labels, with the interval over them.
  fileprivate mutating func add(_ condition: EvaluationProtocol, _ result: FewShotResult) {
    let means = [
      (Metric.accuracy, result.accuracy), (.balancedAccuracy, result.balancedAccuracy),
    ]
    for case (let metric, let mean?) in means {
      add(
        condition, metric, mean.mean, interval: mean.interval.map { $0.lower...$0.upper },
        chosen: "\(result.labelled) labels")
    }
  }
}
