/// What opening a store took.
public struct BuildReport: Sendable {
  /// How the store came about.
  public enum Outcome: Sendable, Equatable {
    /// It was there and nothing had changed.
    case opened
    /// It was not there.
    case built
    /// Files were added, removed or changed since.
    case updated
    /// What was there could not be used, for this reason.
    case rebuilt(String)
  }

  /// How the store came about.
  public var outcome: Outcome
  /// How the set is laid out.
  public var layout: ImageListing.Layout
  /// Why it was taken for that, and what of it was left alone: whole sentences.
  public var notes: [String]
  /// Images decoded in this call.
  public var decoded: Int
  /// Images taken over from the store as it was.
  public var reused: Int
  /// Images left out, sorted by path.
  public var skipped: [SkippedImage]
  /// Wall-clock time of the call.
  public var seconds: Double

  /// Decoded images per second.
  public var imagesPerSecond: Double { decoded == 0 ? 0 : Double(decoded) / seconds }
}
