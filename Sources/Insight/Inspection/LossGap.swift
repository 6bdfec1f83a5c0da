import Downstream
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

  /// Whether held-out images fall behind more and more: there are 6 points or more, and the 95%
  /// Student-t intervals of the mean gap of the last third, and of how far it is above that of the
  /// first, lie above 0.
  public var isGrowing: Bool {
    guard steps.count >= Self.fewest else { return false }
    let (first, last) = (Self.mean(parts.first), Self.mean(parts.last))
    let error = (first.error * first.error + last.error * last.error).squareRoot()
    func margin(_ degrees: Int) -> Double {
      StudentT.quantile(0.975, degrees: Double(degrees))
    }
    let points = parts.last.count
    return last.mean > margin(points - 1) * last.error
      && last.mean - first.mean > margin(2 * (points - 1)) * error
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
