/// What one protocol found for one run.
public struct Evaluation: Sendable {
  /// The protocol, and the revision of its implementation.
  public var tag: Tag
  /// The run's hash.
  public var run: String
  /// The figures.
  public var scores: [Score]
  /// Whether each test image was named rightly, in the order of the test set.
  public var correct: [EvaluationProtocol: [Bool]]
  /// The class that each test image was taken for, where there is one; not kept.
  var predictions: [EvaluationProtocol: [Int]] = [:]
  /// How long it took.
  public var seconds: Double

  /// A protocol in one revision: figures of different revisions do not mix.
  public struct Tag: Codable, Hashable, Sendable {
    /// The protocol.
    public var name: String
    /// Raised when its results change.
    public var revision: Int

    /// A protocol in a revision.
    public init(name: String, revision: Int) {
      self.name = name
      self.revision = revision
    }
  }

  /// All of it.
  public init(
    tag: Tag, run: String, scores: [Score] = [], correct: [EvaluationProtocol: [Bool]] = [:],
    seconds: Double = 0
  ) {
    self.tag = tag
    self.run = run
    self.scores = scores
    self.correct = correct
    self.seconds = seconds
  }
}
