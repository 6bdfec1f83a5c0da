public import Augment
import Images
public import Torch

extension Robustness {
  /// What is done to which images.
  public struct Options: Codable, Sendable, Equatable {
    /// The corruptions, by default all.
    public var corruptions: [Corruption]
    /// The severities, by default all.
    public var severities: [Int]
    /// At most so many test images, drawn with the classes' shares; `nil` takes all.
    public var images: Int?
    /// Decides the corruptions' noise and the draw of images: the same for every method compared.
    public var seed: UInt64

    /// All corruptions and severities on 1,000 images.
    public init(
      corruptions: [Corruption] = Corruption.allCases,
      severities: [Int] = Array(Corruption.severities), images: Int? = 1000, seed: UInt64 = 0
    ) {
      self.corruptions = corruptions
      self.severities = severities
      self.images = images
      self.seed = seed
    }
  }

  /// Shows a trained classifier the test images, clean and under every corruption and severity.
  /// - Parameters:
  ///   - test: the test images; those without a label are left out.
  ///   - labels: the class of each image of the store; `nil` or below 0 for unlabelled.
  ///   - store: the images.
  ///   - imageSize: pixels of the square that the network is shown.
  ///   - batch: how many images go through the network at a time; it changes nothing.
  ///   - progress: called after every batch with the images shown so far, of
  ///     images × (1 + corruptions × severities).
  ///   - predict: from normalised images `[B, C, S, S]` on the store's device to class scores
  ///     `[B, classes]`, the largest of which is the prediction; in use mode. Gradients are off.
  ///   - shouldStop: asked after every corruption and severity; where it stops, the result has those
  ///     until then.
  /// - Returns: the same predictions by accuracy (top-1) and by balanced accuracy.
  /// - Throws: ``ProbeError`` if no test image is labelled, one is named twice or absent, or options
  ///   name no corruption, an unknown severity, or one twice. Traps on scores of another shape.
  public static func measure(
    test: [Int], labels: [Int?], store: DeviceStore, imageSize: Int, options: Options = Options(),
    batch: Int = 256, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in },
    shouldStop: () -> Bool = { false }, predict: (Tensor) -> Tensor
  ) throws(ProbeError) -> (plain: Robustness, balanced: Robustness) {
    precondition(batch > 0, "Robustness: batches of \(batch)")
    try options.check()
    let images = try options.choose(from: test, labels: labels, count: store.count)
    let truth = images.compactMap { labels[$0] }
    let total = images.count * (1 + options.corruptions.count * options.severities.count)
    var done = 0
    func accuracies(_ view: ([Int]) -> Tensor) -> (plain: Double, balanced: Double) {
      var predictions: [Int] = []
      for start in stride(from: 0, to: images.count, by: batch) {
        let part = Array(images[start..<min(images.count, start + batch)])
        let scores = withoutGradient { predict(view(part)) }
        precondition(
          scores.rank == 2 && scores.size(0) == part.count,
          "Robustness: \(part.count) images gave scores \(scores.shape)")
        predictions += scores.argmax(along: 1).ints
        done += part.count
        progress(done, total)
      }
      return (Metrics.accuracy(predictions, truth), Metrics.balancedAccuracy(predictions, truth))
    }
    let clean = accuracies { store.evaluationBatch(indices: $0, size: imageSize) }
    var (plain, balanced): ([Trial], [Trial]) = ([], [])
    for corruption in options.corruptions {
      for severity in options.severities {
        if !plain.isEmpty && shouldStop() { continue }
        let found = accuracies {
          store.evaluationBatch(
            indices: $0, size: imageSize, corruption: corruption, severity: severity,
            seed: options.seed)
        }
        plain.append(Trial(corruption: corruption, severity: severity, accuracy: found.plain))
        balanced.append(
          Trial(corruption: corruption, severity: severity, accuracy: found.balanced))
      }
    }
    func robustness(_ clean: Double, _ trials: [Trial]) -> Robustness {
      Robustness(clean: clean, trials: trials, images: images.count, seed: options.seed)
    }
    return (robustness(clean.plain, plain), robustness(clean.balanced, balanced))
  }
}

extension Robustness.Options {
  fileprivate func check() throws(ProbeError) {
    guard !corruptions.isEmpty, Set(corruptions).count == corruptions.count else {
      throw .option(
        "corruptions are \(corruptions.map(\.rawValue)); name at least one, and each once")
    }
    let isKnown = severities.allSatisfy(Corruption.severities.contains)
    guard !severities.isEmpty, isKnown, Set(severities).count == severities.count else {
      throw .option("severities are \(severities); name at least one of 1 to 5, and each once")
    }
    if let images, images < 1 {
      throw .option("\(images) test images are to be corrupted; give 1 or more, or none for all")
    }
  }

  /// The labelled test images, or as many of them as are asked for; ascending.
  fileprivate func choose(
    from test: [Int], labels: [Int?], count: Int
  ) throws(ProbeError) -> [Int] {
    precondition(labels.count == count, "Robustness: \(labels.count) labels for \(count) images")
    try EvaluationSplit(train: [], test: test).check(count: count)
    let labelled = test.filter { labels[$0].map { $0 >= 0 } ?? false }.sorted()
    guard !labelled.isEmpty else { throw .noLabels(part: "test") }
    guard let images, images < labelled.count else { return labelled }
    // There are more than are drawn, so that drawing cannot fail.
    let drawn = try? Splits.subset(of: labelled, labels: labels, size: images, seed: seed)
    return drawn ?? labelled
  }
}
