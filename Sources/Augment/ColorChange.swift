/// What chance decided for the colours of one view.
struct ColorChange: Equatable {
  /// The four changes of a jitter.
  enum Change: Int, CaseIterable { case brightness, contrast, saturation, hue }

  /// Multiplies every value.
  var brightness: Float = 1
  /// Moves values from the grey mean (below 1: towards it).
  var contrast: Float = 1
  /// Moves values from the pixel's grey.
  var saturation: Float = 1
  /// Turns of the hue, −0.5...0.5.
  var hue: Float = 0
  /// Which of the 24 orders of the four changes.
  var order = 0
  /// Whether colour is dropped after that.
  var isGray = false

  /// The changes in the order of this view.
  var changes: [Change] { Self.orders[order] }

  /// Every order of four changes.
  static let orders: [[Change]] = permutations(Change.allCases)

  private static func permutations(_ items: [Change]) -> [[Change]] {
    if items.isEmpty { return [[]] }
    return items.indices.flatMap { first in
      var rest = items
      let item = rest.remove(at: first)
      return permutations(rest).map { [item] + $0 }
    }
  }
}
