/// A difference over several blocks of images, sizes and seeds.
public struct JointComparison: Encodable, Sendable {
  /// The method's name.
  public var method: String
  /// Its name for readers.
  public var title: String
  /// The name of what it is compared with: a baseline or another method.
  public var reference: String
  /// Its name for readers.
  public var referenceTitle: String
  /// Method minus reference, the mean over data sets of their means over sizes; `n` and `sd` are of the
  /// seeds.
  public var difference: Estimate
  /// The two-sided p-value; left out where no test is possible.
  public var p: Double?
  /// The p-value after Holm's correction over the joint comparisons and those of the budgets.
  public var adjustedP: Double? {
    didSet {
      result = TestResult(difference, adjustedP: adjustedP, imagesInterval: imagesInterval)
    }
  }
  /// The 95% interval over test images, joined from those of the parts; left out where a part has none,
  /// or has it of other seeds.
  public var imagesInterval: Interval?
  /// What follows: a difference only where both agree, see ``TestResult``.
  public private(set) var result = TestResult.notTested
}
