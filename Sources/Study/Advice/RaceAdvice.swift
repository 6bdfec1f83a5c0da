import Pretext
import Training

/// What a race says, in plain words and from its figures only.
extension RaceResult {
  /// A paragraph each: the method and how sure, what the test images say, how early the order stood,
  /// how label-free criteria fared, and what a race cannot tell.
  public func advice() -> [String] {
    guard let winner = outcome.winner, let finals = outcome.standings.last else {
      return ["No method has a score: " + failureText + "."]
    }
    return [
      verdict(winner, finals.filter { $0.score != nil }) + caution, yardsticks(winner),
      stability(finals), trackingText, limits,
    ].compactMap { $0 }
  }

  /// The method's name for readers.
  public static func title(_ method: String) -> String { StudyRow(method).title }

  /// A figure of the race's criterion: percent, or a number.
  public func text(_ score: Double) -> String {
    plan.settings.criterion == .accuracy
      ? Wording.percent(score) : Wording.decimal(score)
  }

  /// What methods are compared by, in words.
  public var criterionTitle: String {
    plan.settings.criterion == .accuracy
      ? (plan.settings.metric ?? .accuracy).title : plan.settings.criterion.title
  }

  private var heldText: String { Wording.count(plan.sample.held, "held-out image") }

  private func size(_ difference: Double) -> String {
    plan.settings.criterion == .accuracy
      ? Wording.points(difference) : Wording.decimal(abs(difference))
  }

  private func range(_ interval: Interval) -> String {
    plan.settings.criterion == .accuracy
      ? Wording.range(interval)
      : "\(Wording.decimal(interval.lower)) to \(Wording.decimal(interval.upper))"
  }

  // MARK: - Paragraphs

  private func verdict(
    _ winner: String, _ finals: [SuccessiveHalving.Standing]
  ) -> String {
    let name = Self.title(winner)
    guard finals.count > 1, let lead, let first = finals[0].score, let second = finals[1].score
    else { return "\(name) is the only method that has a score at the end." }
    let other = Self.title(finals[1].candidate)
    let interval = lead.interval.map { "95% interval \(range($0)), " } ?? ""
    if lead.isClear {
      return "Use \(name): \(criterionTitle) \(text(first)) against \(text(second)) for \(other), "
        + "the next best, \(size(lead.value)) more (\(interval)\(heldText); one run each, another "
        + "seed may move it further)."
    }
    let costs = [winner, finals[1].candidate].map { plan.costs.step[$0] ?? 0 }
    let cheaper = costs[0] <= costs[1] ? name : other
    return
      "No clear winner: \(name) is ahead of \(other), \(criterionTitle) \(text(first)) against "
      + "\(text(second)), but a lead of \(size(lead.value)) is within the noise (\(interval)\(heldText)). Take "
      + "either; a step of \(cheaper) costs less."
  }

  /// A warning where the winner is not shown to be better than no training at all.
  private var caution: String {
    let random = tests.first { $0.method == Baseline.random }?.below
    guard let random, !(random.isClear && random.value > 0) else { return "" }
    return " In so short a race it is not shown to be better than random weights: give a longer "
      + "--budget before you rely on it."
  }

  private func yardsticks(_ winner: String) -> String? {
    let name = Self.title(winner)
    guard let own = tests.first, own.method == winner, tests.count > 1 else {
      guard let random = random?.criteria[plan.settings.criterion.rawValue] else { return nil }
      let isFooled = (outcome.standings.last?.first?.score ?? random) <= random
      let doubt =
        isFooled ? ", no worse than the winner: the measure does not tell learning here" : ""
      return
        "Random weights read \(text(random)) by the same measure\(doubt). Whether \(name) beats "
        + "them, or training with labels, takes labels to say."
    }
    let figures = tests.map { "\(Self.title($0.method)) \(Wording.percent($0.value))" }
    let metric = (plan.settings.metric ?? .accuracy).title
    var sentences = [
      "On \(Wording.count(plan.sample.tested, "test image")), which chose nothing and were looked at "
        + "once, \(metric) is: \(Wording.list(figures)) (linear probe on "
        + "\(Wording.count(plan.sample.fitted, "label")); supervised end to end on "
        + "\(Wording.grouped(labelled)), for as many steps)."
    ]
    for figure in tests.dropFirst() {
      guard let below = figure.below else { continue }
      let other = Self.title(figure.method)
      let interval = below.interval.map { " (95% interval \(Wording.range($0)))" } ?? ""
      let points = Wording.points(below.value)
      if !below.isClear {
        sentences.append("It cannot be told from \(other): \(points) apart\(interval).")
      } else if below.value > 0 {
        sentences.append("It is better than \(other) by \(points)\(interval).")
      } else {
        sentences.append("It is worse than \(other) by \(points)\(interval).")
      }
    }
    return sentences.joined(separator: " ")
  }

  /// Whether the first rung would have put the finalists in the same order.
  private func stability(_ finals: [SuccessiveHalving.Standing]) -> String? {
    guard outcome.standings.count > 1, let early = outcome.standings.first, let first = early.first
    else { return nil }
    let names = finals.filter { $0.score != nil }.map(\.candidate)
    let before = early.map(\.candidate).filter(names.contains)
    let order = before.map(Self.title).joined(separator: ", ")
    let steps = "after \(Wording.count(first.steps, "step"))"
    return before == names
      ? "The finalists stood in this order \(steps) already: \(order)."
      : "The order changed: \(steps) the finalists stood \(order). Early figures are of a high "
        + "learning rate and say little of the end."
  }

  private var trackingText: String? {
    guard let widest = tracking.map(\.methods).max() else { return nil }
    let shown = tracking.filter { $0.methods == widest }
    guard let steps = shown.map(\.steps).min() else { return nil }
    let texts = shown.filter { $0.steps == steps }
      .map { "\($0.criterion.title) \(Wording.signedDecimal($0.correlation))" }
    return "Label-free criteria against accuracy, rank correlation over \(widest) methods after "
      + "\(Wording.count(steps, "step")): \(Wording.list(texts)). 1 would have chosen alike, 0 by "
      + "chance; over so few methods it is a hint."
  }

  private var limits: String {
    let rungs = plan.halving.rungs
    let dropped = rungs.count > 1 ? rungs[0].candidates - rungs[1].candidates : 0
    let failed = failures.isEmpty ? "" : " Dropped without a score: \(failureText)."
    let early =
      dropped == 0
      ? ""
      : ", and \(dropped) of \(rungs[0].candidates) methods were dropped after \(rungs[0].steps), "
        + "their schedules unfinished"
    return "What a race cannot tell: the longest run was \(Wording.count(plan.steps, "step")) of "
      + "\(Wording.count(plan.settings.training.batch, "image"))\(early). Methods that begin slowly "
      + "(teachers, masks, queues) may win longer runs. One seed. 'glean compare' settles it.\(failed)"
  }

  private var failureText: String {
    failures.sorted { $0.key < $1.key }.map { "\($0.key) (\($0.value))" }.joined(separator: "; ")
  }
}

extension SelectionCriterion {
  /// The criterion as a sentence names it.
  public var title: String {
    switch self {
    case .accuracy: "accuracy"
    case .rank: "effective rank"
    case .lidar: "LiDAR"
    case .alignmentUniformity: "alignment and uniformity"
    }
  }
}

extension Wording {
  /// "12.3" or "−0.4".
  static func decimal(_ number: Double) -> String { Self.number(number / 100, digits: 2) }

  /// "+0.83" or "−0.40".
  package static func signedDecimal(_ number: Double) -> String {
    (number < 0 ? "" : "+") + decimal(number)
  }
}
