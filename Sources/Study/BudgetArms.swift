import Pretext
import Training

/// What a method gains or loses where all sizes get the same passes over the images instead of the
/// same optimiser steps: on the data sets and sizes that both arms of one backbone have.
public struct ArmComparison: Encodable, Sendable {
  /// The network.
  public var backbone: String
  /// What tells the parts from others of the backbone, as ``JointAnalysis/distinctions``.
  public var distinctions: [String]
  /// The data sets.
  public var datasets: [String]
  /// The method's name.
  public var method: String
  /// Its name for readers.
  public var title: String
  /// The mean of the steps arm.
  public var steps: Estimate
  /// The mean of the epochs arm.
  public var epochs: Estimate
  /// Epochs minus steps, within seeds.
  public var difference: Estimate
  /// The two-sided p-value; left out where no test is possible.
  public var p: Double?
  /// The p-value after Holm's correction over the joint comparisons and those of the budgets.
  public var adjustedP: Double? {
    didSet { result = TestResult(difference, adjustedP: adjustedP) }
  }
  /// The arms in words: "20 steps" and "6 epochs".
  public var budgets: [String]
  /// What follows of the epochs arm; there is no interval over test images.
  public private(set) var result = TestResult.notTested

  /// "resnet18-w8, with pretraining on photos": what no two comparisons of a method share beside the
  /// budgets.
  package var network: String { ([backbone] + distinctions).joined(separator: ", ") }
}

extension ArmComparison {
  /// Every row that is trained in both arms: each group of the steps arm beside each of the epochs
  /// arm, so that no set counts twice.
  static func all(_ groups: [OverviewGroup]) -> [ArmComparison] {
    groups.filter { $0.arm == .steps }.flatMap { steps in
      groups.filter { $0.arm == .epochs && $0.backbone == steps.backbone }
        .flatMap { compared(steps, $0) }
    }
  }

  private static func compared(_ group: OverviewGroup, _ beside: OverviewGroup) -> [ArmComparison] {
    typealias Place = (summary: StudySummary, sizes: [Int])
    var (steps, epochs): ([Place], [Place]) = ([], [])
    var (budgets, datasets): ([String], [String]) = ([], [])
    for part in group.parts {
      guard let other = beside.parts.first(where: part.differsInBudgetAlone(from:)) else {
        continue
      }
      let sizes = part.sizes.filter(other.sizes.contains)
      guard !sizes.isEmpty else { continue }
      steps.append((part.summary, sizes))
      epochs.append((other.summary, sizes))
      datasets.append(part.summary.dataset)
      budgets += ["\(part.plan.budget)", "\(other.plan.budget)"]
    }
    guard let first = steps.first else { return [] }
    budgets = budgets.uniqued()
    let titles = first.summary.rows.uniqued(on: \.method).filter {
      (try? StudyRow($0.method).trains()) == true
    }
    let rows = titles.compactMap { row -> (SummaryRow, [Int: Double], [Int: Double])? in
      let values = (
        JointAnalysis.bySeed(row.method, steps), JointAnalysis.bySeed(row.method, epochs)
      )
      return values.0.isEmpty || values.1.isEmpty ? nil : (row, values.0, values.1)
    }
    let model = BlockModel(rows.flatMap { [$0.1, $0.2] })
    let areShares = (steps + epochs).allSatisfy(\.summary.primaryMetric.isShare)
    return rows.enumerated().compactMap { index, row in
      guard let difference = model.difference(2 * index + 1, 2 * index),
        let steps = Estimate(bySeed: row.1, areShares: areShares),
        let epochs = Estimate(bySeed: row.2, areShares: areShares)
      else { return nil }
      return ArmComparison(
        backbone: group.backbone,
        distinctions: group.distinctions.filter { !budgets.contains($0) }, datasets: datasets,
        method: row.0.method,
        title: row.0.title, steps: steps, epochs: epochs, difference: difference.estimate,
        p: difference.p, budgets: budgets)
    }
  }
}

extension OverviewPart {
  /// Whether the other judges rows of the same set and labels, after the same pretraining but for its
  /// length, on the same kind of device. (Rows that begin with general weights are compared where both
  /// have them.)
  fileprivate func differsInBudgetAlone(from other: OverviewPart) -> Bool {
    set == other.set && plan.transfer?.name == other.plan.transfer?.name
      && plan.labels == other.plan.labels && summary.device.kind == other.summary.device.kind
      && (plan.general == nil || other.plan.general == nil
        || plan.general?.title == other.plan.general?.title)
  }
}

/// The mean of a family's methods on one backbone, over all blocks of a joint analysis.
public struct JointFamily: Encodable, Sendable {
  /// The family.
  public var family: String
  /// The arm of the budget.
  public var arm: StudyOverview.Arm
  /// Its methods that have all blocks on every backbone of the arm, for readers.
  public var methods: [String]
  /// By backbone, over the seeds that all these methods have.
  public var byBackbone: [String: Estimate]
}

extension JointFamily {
  /// Only methods that every backbone of an arm has count, and only pretraining from scratch on the
  /// sets themselves; of several groups of a backbone, the first.
  static func all(_ groups: [JointAnalysis]) -> [JointFamily] {
    groups.grouped(by: \.arm).flatMap { arm, groups in
      let here = groups.filter { !$0.rows.isEmpty }.uniqued(on: \.backbone)
      let shared = here.first?.rows.filter { row in
        let name = StudyRow(row.method)
        return row.family != nil && name.source == nil && !name.isFromGeneral
          && here.allSatisfy { $0.rows.contains { $0.method == row.method } }
      }
      let families = Dictionary(grouping: shared ?? []) { $0.family ?? "" }
      return families.sorted { $0.key < $1.key }.map { family, rows in
        let names = rows.map(\.method)
        let estimates = here.compactMap { group -> (String, Estimate)? in
          let values = JointAnalysis.average(
            group.rows.filter { names.contains($0.method) }.map(\.bySeed))
          return Estimate(bySeed: values, areShares: group.areShares).map { (group.backbone, $0) }
        }
        return JointFamily(
          family: family, arm: arm, methods: rows.map(\.title),
          byBackbone: Dictionary(uniqueKeysWithValues: estimates))
      }
    }
  }
}
