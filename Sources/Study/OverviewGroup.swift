import Foundation

/// Parts that are joined: of one backbone and arm of the budget, each set of images once.
struct OverviewGroup {
  /// At least one.
  var parts: [OverviewPart]
  /// What tells it from other groups of its backbone and arm.
  var distinctions: [String] = []

  var backbone: String { parts[0].backbone }
  var arm: StudyOverview.Arm { parts[0].arm }
}

extension OverviewGroup {
  /// The groups, in the order of their first parts.
  ///
  /// A second part of one set (judged after pretraining on another set too, against other weights, at
  /// another budget) is no second set: it would weigh double, and its test images are the same. Where a
  /// set stands twice, groups are split by what their parts differ in, one thing after another.
  static func all(_ parts: [OverviewPart]) -> [OverviewGroup] {
    parts.grouped { "\($0.backbone) \($0.arm)" }
      .flatMap { OverviewGroup(parts: $0.members).split(by: differences[...]) }
  }

  /// What parts of one set may differ in, in the order in which they are split by it, and as a title
  /// names it; the folder comes last, since an arm that differs in anything else has its own.
  private static let differences: [@Sendable (OverviewPart) -> String] = [
    { $0.plan.transfer.map { "with pretraining on \($0.name)" } ?? "" },
    { $0.plan.general.map { "against \($0.title)" } ?? "" },
    { "\($0.plan.labels) labels" },
    { "\($0.plan.budget)" },
    { "in \($0.folder.url.lastPathComponent)" },
    { "in \($0.folder.url.relativePath)" },
  ]

  private func split(by differences: ArraySlice<@Sendable (OverviewPart) -> String>)
    -> [OverviewGroup]
  {
    guard let name = differences.first, Set(parts.map(\.set)).count < parts.count else {
      return [self]
    }
    let pieces = parts.grouped(by: name)
    return pieces.flatMap { key, members in
      let isTold = pieces.count > 1 && !key.isEmpty
      return OverviewGroup(parts: members, distinctions: distinctions + (isTold ? [key] : []))
        .split(by: differences.dropFirst())
    }
  }
}
