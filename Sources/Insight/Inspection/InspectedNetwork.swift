public import Backbones

/// A network to look at, and what is known of its training.
public struct InspectedNetwork {
  /// What readers call it.
  public var name: String
  /// In use, not training.
  public var network: Backbone
  /// Pixels of the square images that it is shown.
  public var imageSize: Int
  /// The method that trained it, as its paper writes it.
  public var method: String?
  /// What its training made it ignore, as views that differ in it were to have the same feature.
  public var ignored: Set<MadeFactor>
  /// How figures went over its training.
  public var history: TrainingHistory?
  /// Networks whose training differed in one thing.
  public var relatives: [Relative]
  /// What stood on it while it was trained, where that is kept.
  public var task: InspectedTask?
  /// The picture that its method would allow if the task were kept.
  public var missing: InspectedTask.Missing?

  /// A network whose training differed from another's in one thing.
  public struct Relative {
    /// In what: ``anotherSeed``, or `500 images`.
    public var difference: String
    /// In use, not training.
    public var network: Backbone

    /// What two runs of one setting differ in.
    public static let anotherSeed = "another seed"

    /// Both.
    public init(difference: String, network: Backbone) {
      self.difference = difference
      self.network = network
    }
  }

  /// All of it.
  public init(
    name: String, network: Backbone, imageSize: Int, method: String? = nil,
    ignored: Set<MadeFactor> = [], history: TrainingHistory? = nil, relatives: [Relative] = []
  ) {
    self.name = name
    self.network = network
    self.imageSize = imageSize
    self.method = method
    self.ignored = ignored
    self.history = history
    self.relatives = relatives
  }
}

/// How figures went over a training run.
public struct TrainingHistory: Codable, Sendable, Hashable {
  /// The steps that there are figures of.
  public var steps: [Double]
  /// The loss at each of them.
  public var loss: [Double]
  /// The effective rank of the batch's features.
  public var effectiveRank: [Double]
  /// Their uniformity.
  public var uniformity: [Double]
  /// The loss of images that were not trained on, where it was watched.
  public var gap: LossGap?

  /// The most steps that are kept, evenly spaced.
  static let most = 120

  /// Reads the text of a run's `metrics.csv`; `nil` where a column is missing or there are fewer than
  /// two lines. Lines with a figure that is not finite are left out.
  public init?(csv: String) {
    guard
      let rows = csvColumns(["step", "loss", "effective_rank", "uniformity"], of: csv),
      rows.count > 1
    else { return nil }
    let count = min(rows.count, Self.most)
    let kept = (0..<count).map { rows[$0 * (rows.count - 1) / (count - 1)] }
    steps = kept.map { $0[0] }
    loss = kept.map { $0[1] }
    effectiveRank = kept.map { $0[2] }
    uniformity = kept.map { $0[3] }
  }
}
