import Augment
import Backbones
import Downstream
import Images
import Insight
import Pretext
import Torch
import Training

/// What a candidate's features were worth at one time.
public struct Judgement: Codable, Sendable, Equatable {
  /// Its figure on the held-out images, in 0...1; `nil` without classes.
  public var accuracy: Double?
  /// The class predicted for each held-out image; empty without classes.
  public var predictions: [Int]
  /// The label-free criteria on the held-out images, by name, the larger the better.
  public var criteria: [String: Double]
  /// Whether the features say nearly the same of every image.
  public var isCollapsed: Bool

  /// What a race by `criterion` goes by; `nil` where there is none, and for collapsed features.
  public func score(_ criterion: SelectionCriterion) -> Double? {
    if criterion == .accuracy { return accuracy }
    return isCollapsed ? nil : criteria[criterion.rawValue]
  }
}

/// Judges candidates, all on the same images.
struct RaceJudge {
  let images: RaceImages
  let settings: RaceSettings
  private let fitted: [Int]
  private let held: [Int]
  private let tested: [Int]

  /// Views of each held-out image that label-free criteria are measured on.
  private static let views = 4
  /// Held-out images that they are measured on, at most.
  private static let mostViewed = 250
  /// Resamples of them: each measures the criterion anew.
  private static let resamples = 200
  private static let batch = 128

  init(_ images: RaceImages, _ settings: RaceSettings, _ sample: RaceSample) throws(StudyError) {
    self.images = images
    self.settings = settings
    let set = images.data.images
    func draw(_ count: Int, of part: [Int]) throws(ImageError) -> [Int] {
      // Groups matter between parts, not within one.
      try Splits.subset(of: part, labels: set.labels, size: count, seed: StudyData.splitSeed)
    }
    do {
      fitted = try Splits.labelledSubset(
        of: images.training, labels: set.labels, size: sample.fitted, seed: StudyData.splitSeed)
      held = try draw(sample.held, of: images.held)
      tested = try draw(sample.tested, of: images.data.test)
    } catch {
      throw .images("\(error)")
    }
  }

  /// The classes and groups of the held-out images.
  var heldImages: TestOutcomes { facts(of: held) }
  /// The classes and groups of the test images.
  var testImages: TestOutcomes { facts(of: tested) }

  /// Judges a network in use mode on the held-out images.
  /// - Throws: ``ProbeError``.
  func judge(_ backbone: Backbone) throws -> Judgement {
    let features = viewFeatures(backbone)
    let health = FeatureHealth(
      features.selected(0, along: 1), partners: features.selected(1, along: 1))
    var judgement = Judgement(predictions: [], criteria: [:], isCollapsed: health.isCollapsed)
    for criterion in SelectionCriterion.allCases {
      if let score = criterion.score(ofViews: features), score.isFinite {
        judgement.criteria[criterion.rawValue] = score
      }
    }
    if images.hasClasses {
      judgement.predictions = try probe(backbone, on: held)
      judgement.accuracy = figure(judgement.predictions, heldImages.labels)
    }
    return judgement
  }

  /// The classes that a linear probe on a network predicts for the test images.
  /// - Throws: ``ProbeError``.
  func test(_ backbone: Backbone) throws -> [Int] { try probe(backbone, on: tested) }

  /// The classes that a classifier trained with labels predicts for the test images; `nil` if its
  /// training has diverged.
  func test(_ classifier: any Classifier) -> [Int]? {
    let logits = outputs(of: tested) { classifier.logits($0) }
    return logits.isAllFinite ? ClassScores(logits).predictions : nil
  }

  /// How much better a criterion's score is for one network than for another, over resamples of the
  /// held-out images.
  func difference(
    _ criterion: SelectionCriterion, _ first: Backbone, _ second: Backbone
  ) -> Interval? {
    let (one, other) = (viewFeatures(first), viewFeatures(second))
    let interval = Bootstrap(resamples: Self.resamples).interval(
      images: viewed.count, groups: images.data.groups(of: viewed)
    ) { drawn in
      let rows = Tensor(
        drawn.indices.flatMap { Array(repeating: $0, count: Int(drawn[$0])) })
      guard let a = criterion.score(ofViews: one.rows(rows)),
        let b = criterion.score(ofViews: other.rows(rows)), a.isFinite, b.isFinite
      else { return nil }
      return a - b
    }
    return interval.map { Interval(lower: $0.lowerBound, upper: $0.upperBound) }
  }

  /// What candidates are compared by.
  func figure(_ predictions: [Int], _ truth: [Int]) -> Double {
    settings.metric == .balancedAccuracy
      ? Metrics.balancedAccuracy(predictions, truth) : Metrics.accuracy(predictions, truth)
  }

  private func facts(of indices: [Int]) -> TestOutcomes {
    TestOutcomes(
      labels: indices.compactMap { images.data.images.labels[$0] },
      groups: images.data.groups(of: indices))
  }

  private func probe(_ backbone: Backbone, on judged: [Int]) throws -> [Int] {
    let set = images.data.images
    let train = try LabelledFeatures(
      outputs(of: fitted) { backbone($0) }, labels: fitted.map { set.labels[$0] },
      groups: images.data.groups(of: fitted))
    return try LinearProbe().fit(
      train: train, validation: nil, classes: set.classes.count, seed: settings.training.seed
    ).classes(of: outputs(of: judged) { backbone($0) })
  }

  private func outputs(of indices: [Int], _ network: (Tensor) -> Tensor) -> Tensor {
    images.data.store.features(
      of: indices, imageSize: settings.training.imageSize,
      precision: settings.training.precision.dtype, network: network)
  }

  /// The images that label-free criteria are measured on, spread over the held-out ones, which may be
  /// in order of class.
  private var viewed: [Int] {
    let count = min(Self.mostViewed, held.count)
    return (0..<count).map { held[$0 * held.count / count] }
  }

  /// Features of several views of held-out images: `[images, views, D]`. The views are SimCLR's, the
  /// same for every candidate.
  private func viewFeatures(_ backbone: Backbone) -> Tensor {
    let (store, training, viewed) = (images.data.store, settings.training, viewed)
    var plan = SimCLR.views(
      SimCLR.Options(), imageSize: training.imageSize, adjustment: training.augment)
    plan.groups[0].count = Self.views
    let augmenter = Augmenter(store: store, plan: plan, seed: training.seed)
    return withoutGradient {
      concatenated(
        stride(from: 0, to: viewed.count, by: Self.batch).map { start in
          let part = Array(viewed[start..<min(start + Self.batch, viewed.count)])
          let views = augmenter.views(of: part, step: start).images.map { view in
            withAutocast(training.precision.dtype, on: store.device) {
              backbone(view).to(.float32)
            }
          }
          return stacked(views, along: 1).to(.cpu)
        })
    }
  }
}
