import Foundation

/// How far the pretext loss of images that were not trained on is above that of images that were, over a
/// run.
public struct LossGap: Codable, Sendable, Hashable {
  /// The steps after which both were taken.
  public var steps: [Double]
  /// The loss of images that were trained on.
  public var training: [Double]
  /// The loss of as many others.
  public var heldOut: [Double]

  /// Fewer points than this show no growth.
  static let fewest = 6
  /// By how many standard errors the gap must have grown.
  static let errors = 2.0

  /// Reads the text of a run's `held_out.csv`; `nil` where a column is missing or there are fewer than
  /// two lines. Lines with a figure that is not finite are left out.
  public init?(csv: String) {
    guard
      let rows = csvColumns(["step", "training_loss", "held_out_loss"], of: csv), rows.count > 1
    else { return nil }
    steps = rows.map { $0[0] }
    training = rows.map { $0[1] }
    heldOut = rows.map { $0[2] }
  }

  /// The mean gap in the first third of the points and in the last.
  public var thirds: (first: Double, last: Double) {
    (Self.mean(parts.first).mean, Self.mean(parts.last).mean)
  }

  /// Whether held-out images fall behind more and more: there are 6 points or more, the mean gap of the
  /// last third is above 0, and above that of the first by more than twice the standard error of their
  /// difference.
  public var isGrowing: Bool {
    guard steps.count >= Self.fewest else { return false }
    let (first, last) = (Self.mean(parts.first), Self.mean(parts.last))
    let error = (first.error * first.error + last.error * last.error).squareRoot()
    return last.mean > 0 && last.mean - first.mean > Self.errors * error
  }

  private var parts: (first: ArraySlice<Double>, last: ArraySlice<Double>) {
    let gaps = zip(heldOut, training).map { $0 - $1 }
    let part = max(1, gaps.count / 3)
    return (gaps.prefix(part), gaps.suffix(part))
  }

  private static func mean(_ values: ArraySlice<Double>) -> (mean: Double, error: Double) {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (mean, count > 1 ? (squares / (count - 1) / count).squareRoot() : .infinity)
  }
}

/// Some columns of a table of numbers, row by row; `nil` where one is missing. Rows in which one is not
/// finite are left out.
func csvColumns(_ names: [String], of csv: String) -> [[Double]]? {
  let lines = csv.split(separator: "\n").map {
    $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
  guard let header = lines.first else { return nil }
  let columns = names.compactMap { header.firstIndex(of: $0) }
  guard columns.count == names.count else { return nil }
  return lines.dropFirst().compactMap { fields in
    guard fields.count == header.count else { return nil }
    let numbers = columns.compactMap { Double(fields[$0]) }.filter(\.isFinite)
    return numbers.count == names.count ? numbers : nil
  }
}
