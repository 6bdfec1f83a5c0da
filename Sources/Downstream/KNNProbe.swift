import Foundation

/// The k-nearest-neighbour protocol: cosine similarity, and a vote that weighs each neighbour by
/// exp(similarity / τ).
///
/// Wu et al., "Unsupervised Feature Learning via Non-Parametric Instance Discrimination", CVPR
/// 2018 (arXiv:1805.01978); the protocol of DINO. k is chosen on validation images (larger k wins
/// ties); then training and validation images vote together on the test images. A k larger than the
/// number of voters counts as that number. Equal votes go to the lowest class. A class's score is its
/// share of the votes.
public struct KNNProbe: FeatureProbe {
  /// The settings that the validation images choose among.
  public struct Options: Codable, Sendable, Equatable {
    /// Numbers of neighbours to try.
    public var k: [Int]
    /// The temperature τ of the vote; 0.07 in Wu et al.
    public var temperature: Double

    /// The published temperature, and five numbers of neighbours.
    public init(k: [Int] = [1, 5, 10, 20, 50], temperature: Double = 0.07) {
      self.k = k
      self.temperature = temperature
    }
  }

  /// The settings of this probe.
  public var options: Options

  /// A probe with `options`.
  public init(_ options: Options = Options()) { self.options = options }

  /// `knn`.
  public var name: String { "knn" }
  /// 1: the first.
  public var revision: Int { 1 }

  /// Lets k nearest training images vote on each test image; see ``FeatureProbe``.
  /// - Throws: ``ProbeError``, also for options out of range.
  public func evaluate(
    train: LabelledFeatures, validation: LabelledFeatures?, test: LabelledFeatures, classes: Int,
    seed: UInt64
  ) throws(ProbeError) -> ProtocolResult {
    let candidates = try largestFirst()
    try checkParts(train: train, validation: validation, test: test, classes: classes)
    let selection = try ModelSelection(train: train, validation: validation, seed: seed)
    let (best, accuracy) = selection.best(of: candidates.count) { trial in
      var predictions = [[Int]](repeating: [], count: candidates.count)
      vote(trial.fit, trial.held, k: candidates, classes: classes) { setting, votes in
        predictions[setting].append(votes.placeOfLargest)
      }
      return predictions
    }
    let k = candidates[best]
    var scores: [Double] = []
    vote(selection.all, test, k: [k], classes: classes) { _, votes in
      let total = votes.reduce(0, +)
      scores += votes.map { $0 / total }
    }
    return result(
      ClassScores(scores, classes: classes), test, setting: inWords(k: k),
      validationAccuracy: accuracy)
  }

  /// The numbers of neighbours to try without repetition, largest first.
  /// - Throws: ``ProbeError/option(_:)`` for options out of range.
  func largestFirst() throws(ProbeError) -> [Int] {
    guard !options.k.isEmpty, options.k.allSatisfy({ $0 > 0 }) else {
      throw .option("k is \(options.k); give at least one number of neighbours, each 1 or more")
    }
    guard options.temperature > 0, options.temperature.isFinite else {
      throw .option(
        "the temperature is \(options.temperature); give a number above 0, such as 0.07")
    }
    return Set(options.k).sorted(by: >)
  }

  /// A chosen number of neighbours in words.
  func inWords(k: Int) -> String { "k = \(k), τ = \(options.temperature)" }

  /// Hands over the votes for each class, query after query, for each of `k`.
  private func vote(
    _ bank: LabelledFeatures, _ queries: LabelledFeatures, k: [Int], classes: Int,
    _ body: (_ setting: Int, _ votes: [Double]) -> Void
  ) {
    let neighbours = NearestNeighbours(bank.features)
    let most = min(k.max() ?? 1, bank.count)
    let stops = k.map { min($0, bank.count) }
    neighbours.search(queries.features, k: most) { similarities, indices in
      for start in stride(from: 0, to: indices.count, by: most) {
        var votes = [Double](repeating: 0, count: classes)
        for rank in 1...most {
          let place = start + rank - 1
          // Relative to the nearest, which changes no winner and cannot overflow.
          let closeness = Double(similarities[place] - similarities[start])
          votes[bank.labels[indices[place]]] += exp(closeness / options.temperature)
          for (setting, stop) in stops.enumerated() where stop == rank { body(setting, votes) }
        }
      }
    }
  }
}
