import Downstream

/// One figure of several rows in the same blocks: value = block + row + residual, by least squares.
///
/// A block is a seed at one size: it shares the images, their labels and the order. The residual
/// variance is pooled over all rows, so a handful of seeds gives (seeds − 1) · (rows − 1) degrees of
/// freedom instead of seeds − 1; for two rows the test is the paired t-test. Runs that are missing
/// leave the blocks unbalanced; the normal equations take the block means out and bear that
/// (Montgomery, "Design and Analysis of Experiments", sections 4.1 and 4.4).
///
/// Sizes are not pooled: few images spread more than many, and where a baseline does not depend on
/// the size its same runs would count once for every size.
struct BlockModel {
  /// Residual degrees of freedom.
  let degreesOfFreedom: Int
  /// The deviation of the residuals; 0 without spread, `nil` without degrees of freedom.
  let deviation: Double?
  /// The row that spreads more than ``unevenness`` times as far over the blocks as the others do.
  let unevenRow: Int?

  /// What a standard error is multiplied with for half an interval.
  private let quantile: Double
  /// By row, then by block.
  private let values: [[Int: Double]]
  private let effects: [Double]
  /// A generalised inverse of the reduced normal equations.
  private let inverse: [[Double]]

  /// Fits the rows' values by block.
  init(_ values: [[Int: Double]]) {
    self.values = values
    let rows = values.indices
    let blocks = Set(values.flatMap(\.keys)).sorted().map { block in
      rows.filter { values[$0][block] != nil }.map { (row: $0, value: values[$0][block] ?? 0) }
    }
    var normal = rows.map { _ in rows.map { _ in 0.0 } }
    var sums = rows.map { _ in 0.0 }
    for block in blocks {
      let mean = block.reduce(0) { $0 + $1.value } / Double(block.count)
      for (row, value) in block {
        sums[row] += value - mean
        normal[row][row] += 1
        for (other, _) in block { normal[row][other] -= 1 / Double(block.count) }
      }
    }
    // Within rows that blocks link, only differences are determined: effects that sum to 0 are one
    // solution, and every difference is the same in all of them.
    let parts = Self.linkedRows(count: rows.count, blocks.map { $0.map(\.row) })
    for part in parts {
      for row in part { for other in part { normal[row][other] += 1 / Double(part.count) } }
    }
    inverse = Self.inverted(normal)
    let inverse = inverse
    effects = rows.map { row in zip(inverse[row], sums).reduce(0) { $0 + $1.0 * $1.1 } }
    let effects = effects

    var squares = rows.map { _ in 0.0 }
    var count = 0
    var largest = 0.0
    for block in blocks {
      let mean = block.reduce(0) { $0 + $1.value - effects[$1.row] } / Double(block.count)
      for (row, value) in block {
        let residual = value - effects[row] - mean
        squares[row] += residual * residual
        largest = max(largest, abs(value))
      }
      count += block.count
    }
    degreesOfFreedom = count - blocks.count - rows.count + parts.count
    guard degreesOfFreedom > 0 else {
      quantile = .nan
      deviation = nil
      unevenRow = nil
      return
    }
    quantile = StudentT.quantile(
      (1 + Significance.confidence) / 2, degrees: Double(degreesOfFreedom))
    let spread = (squares.reduce(0, +) / Double(degreesOfFreedom)).squareRoot()
    let hasSpread = spread > 16 * Double.ulpOfOne * largest
    deviation = hasSpread ? spread : 0
    unevenRow =
      hasSpread ? Self.unevenRow(squares, blocks: Double(count) / Double(rows.count)) : nil
  }

  /// The difference of two rows; nil if they share no block. Without degrees of freedom, without
  /// spread, or with a single shared block there is no interval and no test: the spread of other
  /// rows says nothing of a row that was made once.
  func difference(_ first: Int, _ second: Int) -> PairedDifference? {
    let pairs = values[first].sorted { $0.key < $1.key }.compactMap { block, value in
      values[second][block].map { (value, $0) }
    }
    guard var difference = PairedDifference(pairs) else { return nil }
    difference.p = nil
    difference.estimate.interval = nil
    guard pairs.count > 1, let deviation else { return difference }
    let mean = effects[first] - effects[second]
    guard deviation > 0 else {
      difference.p = difference.estimate.mean == 0 ? 1 : nil
      return difference
    }
    let factor =
      inverse[first][first] + inverse[second][second] - inverse[first][second]
      - inverse[second][first]
    let error = deviation * factor.squareRoot()
    let half = error * quantile
    difference.estimate.mean = mean
    difference.estimate.interval = Interval(lower: mean - half, upper: mean + half)
    difference.p = StudentT.twoSidedP(mean / error, degrees: Double(degreesOfFreedom))
    return difference
  }

  // MARK: - Spread of single rows

  /// So many times the others' deviation is worth a warning.
  static let unevenness = 3.0

  /// The row whose own variance (Shukla 1972, "Some statistical aspects of partitioning
  /// genotype-environmental components of variability", eq. 4) is the largest, if it is far above
  /// the mean of the others. Two rows mirror each other's residuals: nothing can be told.
  private static func unevenRow(_ squares: [Double], blocks: Double) -> Int? {
    let rows = Double(squares.count)
    guard squares.count > 2, blocks > 1 else { return nil }
    let total = squares.reduce(0, +)
    let own = squares.map {
      max(0, (rows * (rows - 1) * $0 - total) / ((blocks - 1) * (rows - 1) * (rows - 2)))
    }
    guard let top = own.indices.max(by: { own[$0] < own[$1] }) else { return nil }
    let others = (own.reduce(0, +) - own[top]) / (rows - 1)
    return own[top] > unevenness * unevenness * others ? top : nil
  }

  // MARK: - Linear algebra

  /// The rows in groups that blocks link, directly or by way of others.
  private static func linkedRows(count: Int, _ blocks: [[Int]]) -> [[Int]] {
    var group = Array(0..<count)
    for block in blocks {
      let joined = Set(block.map { group[$0] })
      guard let least = joined.min() else { continue }
      for row in group.indices where joined.contains(group[row]) { group[row] = least }
    }
    return Dictionary(grouping: 0..<count) { group[$0] }.values.map(Array.init)
  }

  /// The inverse of a positive definite matrix, by Gauss and Jordan.
  private static func inverted(_ matrix: [[Double]]) -> [[Double]] {
    let size = matrix.count
    var work = matrix
    var result = (0..<size).map { row in (0..<size).map { $0 == row ? 1.0 : 0 } }
    for pivot in 0..<size {
      let scale = 1 / work[pivot][pivot]
      for column in 0..<size {
        work[pivot][column] *= scale
        result[pivot][column] *= scale
      }
      for row in 0..<size where row != pivot && work[row][pivot] != 0 {
        let factor = work[row][pivot]
        for column in 0..<size {
          work[row][column] -= factor * work[pivot][column]
          result[row][column] -= factor * result[pivot][column]
        }
      }
    }
    return result
  }
}
