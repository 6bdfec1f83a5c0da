import Pretext
import Training

/// What a method gains or loses where all sizes get the same passes over the images instead of the
/// same optimiser steps: on the data sets and sizes that both arms of one backbone have.
public struct ArmComparison: Encodable, Sendable {
  /// The network.
  public var backbone: String
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
  /// The p-value after Holm's correction over all comparisons of the overview.
  public var adjustedP: Double?
  /// The arms in words: "20 steps" and "6 epochs".
  public var budgets: [String]

  /// Whether the adjusted p-value is below ``Significance/level``.
  public var isSignificant: Bool { (adjustedP ?? 1) < Significance.level }
}

extension ArmComparison {
  /// By backbone, every row that is trained in both arms.
  static func all(_ parts: [OverviewPart]) -> [ArmComparison] {
    var backbones: [String] = []
    for part in parts where !backbones.contains(part.backbone) {
      backbones.append(part.backbone)
    }
    return backbones.flatMap { backbone in
      compared(parts.filter { $0.backbone == backbone })
    }
  }

  /// - Parameter parts: of one backbone.
  private static func compared(_ parts: [OverviewPart]) -> [ArmComparison] {
    typealias Place = (summary: StudySummary, sizes: [Int])
    var (steps, epochs): ([Place], [Place]) = ([], [])
    var (budgets, datasets): ([String], [String]) = ([], [])
    for part in parts where part.arm == .steps {
      guard
        let other = parts.first(where: {
          $0.arm == .epochs && $0.summary.dataset == part.summary.dataset
        })
      else { continue }
      let sizes = part.sizes.filter(other.sizes.contains)
      guard !sizes.isEmpty else { continue }
      steps.append((part.summary, sizes))
      epochs.append((other.summary, sizes))
      datasets.append(part.summary.dataset)
      for budget in ["\(part.plan.budget)", "\(other.plan.budget)"]
      where !budgets.contains(budget) {
        budgets.append(budget)
      }
    }
    guard let first = steps.first else { return [] }
    var known: Set<String> = []
    let titles = first.summary.rows.filter {
      (try? StudyRow($0.method).trains()) == true && known.insert($0.method).inserted
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
        backbone: parts[0].backbone, datasets: datasets, method: row.0.method,
        title: row.0.title, steps: steps, epochs: epochs, difference: difference.estimate,
        p: difference.p, budgets: budgets)
    }
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
  /// sets themselves.
  static func all(_ groups: [JointAnalysis]) -> [JointFamily] {
    var arms: [StudyOverview.Arm] = []
    for group in groups where !arms.contains(group.arm) { arms.append(group.arm) }
    return arms.flatMap { arm in
      let here = groups.filter { $0.arm == arm && !$0.rows.isEmpty }
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
          byBackbone: Dictionary(estimates) { first, _ in first })
      }
    }
  }
}
