import Backbones
import Training

/// One part of a larger study: one set of images, one backbone, one budget.
public struct OverviewPart: Sendable {
  /// Where it stands.
  public var folder: StudyFolder
  /// What was to be made.
  public var plan: StudyPlan
  /// What was found.
  public var summary: StudySummary
  /// The plan's runs that are neither finished nor failed.
  public var missing: [PlannedRun]

  /// All of it.
  public init(
    folder: StudyFolder, plan: StudyPlan, summary: StudySummary, missing: [PlannedRun] = []
  ) {
    self.folder = folder
    self.plan = plan
    self.summary = summary
    self.missing = missing
  }

  /// "tiles · resnet18-w8 · 200 steps".
  public var title: String { "\(summary.dataset) · \(backbone) · \(plan.budget)" }

  /// The network, whatever the channels of its images: one network meets grey and coloured sets.
  package var backbone: String { plan.backbone.taking(channels: 3).id }

  /// The set of images that it is judged on.
  var set: [String] { [summary.dataset, plan.dataHash] }

  /// The arm of the budget: what is the same for all sizes.
  var arm: StudyOverview.Arm {
    if case .steps = plan.budget { .steps } else { .epochs }
  }

  /// The sizes of what is pretrained on the set itself, ascending.
  package var sizes: [Int] { summary.ownSizes }

  /// The largest of them; before a method is made, that of the baselines.
  package var largestSize: Int? { sizes.last ?? summary.sizes.last }

  /// Whether its networks were fine-tuned with all labels, as most publications do.
  package var isFineTuned: Bool { summary.rows.contains { !$0.tunedBySeed.isEmpty } }

  /// The row of a method at the largest size, which is that of the other set where it is pretrained on
  /// one; `nil` where it is not made there.
  package func largestRow(_ method: String) -> SummaryRow? {
    let largest = StudyRow(method).source == nil ? largestSize : plan.transfer?.sizes.last
    return summary.rows.first {
      $0.method == method && ($0.pretrainImages == nil || $0.pretrainImages == largest)
    }
  }
}

/// What several studies say together: parts of one study that share methods and baselines, and differ
/// in images, backbone or budget. Backbones and arms of the budget are never mixed, and no set counts
/// twice.
public struct StudyOverview: Encodable, Sendable {
  /// What a budget keeps the same, whatever the number of images.
  public enum Arm: String, Encodable, Sendable {
    /// Optimiser steps.
    case steps
    /// Passes over the images.
    case epochs
  }

  /// How one part stands.
  public struct Part: Encodable, Sendable {
    /// The images.
    public var dataset: String
    /// The network.
    public var backbone: String
    /// "200 steps".
    public var budget: String
    /// The sizes N of what is pretrained on the set itself.
    public var sizes: [Int]
    /// The seeds that have a run.
    public var seeds: [Int]
    /// Runs of the plan.
    public var plannedRuns: Int
    /// Of them, those neither finished nor failed.
    public var missingRuns: Int
    /// Those that failed.
    public var failedRuns: Int
    /// The kind of device that its figures are of.
    public var device: StudyDevice
    /// The part's own answer.
    public var headline: String
  }

  /// A sentence of the verdict, and the section that holds its figures.
  public struct Sentence: Encodable, Hashable, Sendable {
    /// The words.
    public var text: String
    /// The section's name in the page's address.
    public var anchor: String
    /// Whether it stands behind the answers, which come first.
    public var isDetail = false
  }

  /// The number of this JSON layout.
  public var format = 2
  /// What the JSON is of: several studies.
  public var kind = "overview"
  /// The parts, in the order given.
  public var parts: [Part]
  /// The joint analyses: one for each backbone and arm, and one more for second parts of a set.
  public var groups: [JointAnalysis]
  /// What the arms of the budget differ by, where both were run.
  public var arms: [ArmComparison]
  /// Families by backbone.
  public var families: [JointFamily]
  /// Whether published orders hold; left out where no group has two of their methods.
  public var published: PublishedOrders?
  /// How many comparisons Holm's correction counts: the joint ones, those of the budgets, and the other
  /// pairs of methods, among which those of the best were picked. (Published orders are a family of
  /// their own.)
  public var adjustedOver: Int
  /// The answer in words, made from the figures only.
  public var verdict: [Sentence]
  /// What the overview does not show.
  public var limits: [String]

  /// What the arms of the budget differ by, the rows of the same parts and budgets together.
  package var armsByPlace: [[ArmComparison]] {
    arms.grouped { [$0.network] + $0.budgets }.map(\.members)
  }

  /// Joins the parts' figures.
  /// - Throws: ``PretextError`` for a method that does not exist.
  public init(_ parts: [OverviewPart]) throws {
    self.parts = try parts.map { part in
      Part(
        dataset: part.summary.dataset, backbone: part.backbone,
        budget: "\(part.plan.budget)", sizes: part.sizes, seeds: part.summary.seeds,
        plannedRuns: try part.plan.runs().count, missingRuns: part.missing.count,
        failedRuns: part.summary.incompleteRuns.count { $0.status == .failed },
        device: part.summary.device,
        headline: part.summary.verdict.headline)
    }
    let members = OverviewGroup.all(parts)
    groups = members.map(JointAnalysis.init)
    arms = ArmComparison.all(members)
    families = JointFamily.all(groups)
    published = PublishedOrders(.konstantakos2025, Array(zip(groups, members.map(\.parts))))
    (adjustedOver, verdict, limits) = (0, [], [])
    adjust()
    limits = OverviewWords(self).limits
    verdict = OverviewWords(self).sentences
  }

  /// Holm over everything that the page tests but the published orders, which others declared.
  private mutating func adjust() {
    let joint = groups.flatMap { $0.comparisons.map(\.p) }
    let all = joint + arms.map(\.p)
    var adjusted = holmAdjusted(all.compactMap { $0 } + groups.flatMap(\.undeclaredP))[...]
    adjustedOver = adjusted.count
    func next(_ p: Double?) -> Double? { p == nil ? nil : adjusted.popFirst() }
    for group in groups.indices {
      for index in groups[group].comparisons.indices {
        groups[group].comparisons[index].adjustedP = next(groups[group].comparisons[index].p)
      }
    }
    for index in arms.indices { arms[index].adjustedP = next(arms[index].p) }
  }
}
