public import Pretext

/// What a row of a study trains, and the weights it begins with. Results are kept under its name:
/// `simclr`, or `simclr+general` where the backbone begins with the study's general weights.
public struct StudyRow: Hashable, Sendable {
  /// The method or baseline.
  public var method: String
  /// Whether it begins with the general weights instead of random ones.
  public var isFromGeneral: Bool

  private static let suffix = "+general"

  /// The row of a name.
  public init(_ name: String) {
    isFromGeneral = name.hasSuffix(Self.suffix)
    method = isFromGeneral ? String(name.dropLast(Self.suffix.count)) : name
  }

  /// The row of a method that begins with the general weights.
  public static func fromGeneral(_ method: String) -> String { method + suffix }

  /// The method's card.
  /// - Throws: ``PretextError/unknownMethod(_:known:)``.
  public func card() throws(PretextError) -> MethodCard { try Registry.card(method) }

  /// Whether there is anything to train.
  /// - Throws: ``PretextError/unknownMethod(_:known:)``.
  public func trains() throws(PretextError) -> Bool { try Registry.task(method) != nil }

  /// Its name for readers: `SimCLR`, `general weights, frozen`, `SimCLR from general weights`.
  public var title: String {
    let title = (try? card().title) ?? method
    guard isFromGeneral else { return title }
    return switch method {
    case Baseline.random: "general weights, frozen"
    case Baseline.supervised: "general weights, fine-tuned"
    default: "\(title) from general weights"
    }
  }
}
