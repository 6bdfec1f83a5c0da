public import Pretext

/// What a row of a study trains, on which images, and the weights it begins with. Results are kept
/// under its name: `simclr`; `simclr@photos` where it is pretrained on another set than the one it is
/// judged on; `simclr+general` where the backbone begins with the study's general weights.
public struct StudyRow: Hashable, Sendable {
  /// The method or baseline.
  public var method: String
  /// The other set that it is pretrained on; `nil` for the set it is judged on.
  public var source: String?
  /// Whether it begins with the general weights instead of random ones.
  public var isFromGeneral: Bool

  private static let suffix = "+general"

  /// The row of a name.
  public init(_ name: String) {
    isFromGeneral = name.hasSuffix(Self.suffix)
    let trained = isFromGeneral ? name.dropLast(Self.suffix.count) : name[...]
    let parts = trained.split(separator: "@", maxSplits: 1)
    method = String(parts.first ?? "")
    source = parts.count == 2 ? String(parts[1]) : nil
  }

  /// What it trains, wherever its images come from: `simclr` of `simclr@photos`.
  var withoutSource: String { isFromGeneral ? Self.fromGeneral(method) : method }

  /// The row of a method that begins with the general weights.
  public static func fromGeneral(_ method: String) -> String { method + suffix }

  /// The row of a method that is pretrained on another set.
  public static func pretrained(_ method: String, on source: String) -> String {
    "\(method)@\(source)"
  }

  /// The method's card.
  /// - Throws: ``PretextError/unknownMethod(_:known:)``.
  public func card() throws(PretextError) -> MethodCard { try Registry.card(method) }

  /// Whether there is anything to train.
  /// - Throws: ``PretextError/unknownMethod(_:known:)``.
  public func trains() throws(PretextError) -> Bool { try Registry.task(method) != nil }

  /// Its name for readers: `SimCLR`, `SimCLR on photos`, `general weights, frozen`,
  /// `SimCLR from general weights`.
  public var title: String {
    let title = (try? card().title) ?? method
    if let source {
      return method == Baseline.supervised ? "supervised on \(source)" : "\(title) on \(source)"
    }
    guard isFromGeneral else { return title }
    return switch method {
    case Baseline.random: "general weights, frozen"
    case Baseline.supervised: "general weights, fine-tuned"
    default: "\(title) from general weights"
    }
  }
}
