/// A difference of two rows within blocks (size, seed); its variance is pooled over the rows of a
/// size. The difference's `n` and `sd` are of the seeds that both have.
public struct Comparison: Encodable, Sendable {
  /// The method's name.
  public var method: String
  /// Its name for readers.
  public var title: String
  /// The name of what it is compared with: a baseline or another method.
  public var reference: String
  /// Its name for readers.
  public var referenceTitle: String
  /// N of the method.
  public var pretrainImages: Int
  /// L of both.
  public var labelledImages: Int
  /// How the method was judged.
  public var evaluation: EvaluationProtocol
  /// How the reference was judged.
  public var referenceProtocol: EvaluationProtocol
  /// Method minus reference on the primary metric, in -1...1.
  public var difference: Estimate
  /// The degrees of freedom of the test.
  public var degreesOfFreedom: Int?
  /// The two-sided p-value of the test within blocks; left out where no test is possible: with fewer
  /// than two seeds that both have, or without spread.
  public var p: Double?
  /// The p-value after Holm's correction over the whole family.
  public var adjustedP: Double?
  /// The 95% interval of the difference over resamples of the test images, the trained networks being
  /// what they are; left out where the outcome of each test image is not known.
  public var imagesInterval: Interval?

  /// What the two tests say together.
  public internal(set) var result = TestResult.notTested

  private enum CodingKeys: String, CodingKey {
    case method, title, reference, referenceTitle, pretrainImages, labelledImages
    case evaluation = "protocol"
    case referenceProtocol, difference, degreesOfFreedom, p, adjustedP, imagesInterval, result
  }
}
