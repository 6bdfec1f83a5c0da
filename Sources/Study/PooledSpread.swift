/// What the paired differences at one size are tested on: the spread that is left when rows and
/// blocks are taken out (see ``StudySummary/comparisons``).
public struct PooledSpread: Encodable, Sendable {
  /// N.
  public var pretrainImages: Int
  /// L.
  public var labelledImages: Int
  /// How many rows share it.
  public var rows: Int
  /// The blocks: one for each seed.
  public var seeds: [Int]
  /// Whether every row has a run in every block.
  public var isBalanced: Bool
  /// Residual degrees of freedom, (seeds − 1) · (rows − 1) where nothing is missing.
  public var degreesOfFreedom: Int
  /// The deviation of the residuals; 0 without spread, left out without degrees of freedom.
  public var deviation: Double?
  /// A row that spreads much more over the seeds than the others, and so widens all intervals.
  public var unevenRow: String?
}

extension StudySummary {
  /// How the differences were tested, for a note below their table.
  package var testNote: String {
    let sizes = spreads.map { spread in
      "N = \(Wording.grouped(spread.pretrainImages)): \(Wording.count(spread.rows, "row")), "
        + "\(Wording.count(spread.seeds.count, "block")), "
        + (spread.degreesOfFreedom > 0
          ? "\(Wording.grouped(spread.degreesOfFreedom)) degrees of freedom"
          : "no degrees of freedom, no test")
        + (spread.deviation.map { $0 > 0 ? ", deviation \(Wording.points($0))" : ", no spread" }
          ?? "") + (spread.isBalanced ? "" : " (runs are missing; least squares)")
    }
    let known = comparisons.count { $0.imagesInterval != nil }
    let images =
      known == 0
      ? "Which test images each run named rightly is not kept with these results, so the test over "
        + "seeds stands alone."
      : "The second interval is over test images (paired bootstrap"
        + (testGroups.map { " of \(Wording.count($0, "group")) of images, each drawn whole" } ?? "")
        + ", the same images for both); a difference is called significant only if both agree"
        + (known < comparisons.count ? ", where there are both." : ".")
    return "Differences are tested within blocks: a block is one seed at one size, which shares "
      + "images, labels and order. The residual variance of value = block + row is pooled over all "
      + "rows of a size, not over sizes, since few images spread more than many; with two rows it is "
      + "the paired t-test. \(sizes.joined(separator: "; ")). " + images
  }
}
