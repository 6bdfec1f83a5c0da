public import Augment
public import Backbones
public import Foundation
public import Pretext

/// What a reader of a run's weights wants to know before using them: Markdown with the front matter
/// that model hubs read, beside the weights.
public struct ModelCard: Sendable {
  /// One result of the weights on labelled images.
  public struct Score: Sendable, Equatable {
    /// How they were judged, such as `linear`.
    public var evaluation: String
    /// What was measured, such as `accuracy`.
    public var metric: String
    /// The figure, in 0...1.
    public var value: Double

    /// All of it.
    public init(evaluation: String, metric: String, value: Double) {
      self.evaluation = evaluation
      self.metric = metric
      self.value = value
    }
  }

  /// The method.
  public var method: MethodCard
  /// The run's settings.
  public var configuration: RunConfiguration
  /// The optimiser's settings.
  public var recipe: Recipe
  /// How images were augmented.
  public var views: ViewPlan
  /// What the images are called.
  public var imagesName: String
  /// How many there were.
  public var imageCount: Int
  /// Steps of the run.
  public var steps: Int
  /// Images in a batch.
  public var batch: Int
  /// What inputs must go through.
  public var normalisation: InputNormalisation
  /// What the features of the last batch looked like, where that is known.
  public var health: FeatureHealth?
  /// Results, where there are any.
  public var scores: [Score] = []

  /// Writes the card into a run's folder.
  /// - Parameter replacing: whether a card that is there already, which a person may have filled in,
  ///   is replaced.
  /// - Throws: what Foundation throws where the file cannot be written.
  public func write(to folder: URL, replacing: Bool = true) throws {
    let file = folder.appending(path: Trainer.modelCardName)
    if !replacing, FileManager.default.fileExists(atPath: file.path) { return }
    try Data(text.utf8).write(to: file, options: .atomic)
  }

  /// The card.
  public var text: String {
    let sections = [
      frontMatter, introduction, warning, table, viewsSection, inputSection, loadingSection,
      scoresSection, licenceSection,
    ]
    return sections.compactMap { $0 }.joined(separator: "\n\n") + "\n"
  }

  private var frontMatter: String {
    """
    ---
    # Fill in the licence of these weights, for example cc-by-4.0; the images' own terms may bind it.
    license: unknown
    pipeline_tag: image-feature-extraction
    tags:
    - \(method.usesLabels ? "supervised-learning" : "self-supervised-learning")
    - \(method.name)
    - \(configuration.backbone.architecture.rawValue)
    ---
    """
  }

  private var introduction: String {
    """
    # \(method.title) on \(plain(imagesName))

    A backbone trained \(method.usesLabels ? "with" : "without") labels by Glean \(gleanVersion): it \
    turns an image into \(featureCount) numbers. Learns from: \(method.learnsFrom)
    """
  }

  private var featureCount: Int { configuration.backbone.featureCount }

  private var warning: String? {
    guard let health, health.isCollapsed else { return nil }
    return """
      > **Collapsed.** The features say nearly the same of every image (effective rank \
      \(rounded(health.rank)), deviation \(rounded(health.deviation))): do not use these weights.
      """
  }

  private var table: String {
    var rows = [("method", method.title + (method.family.map { " (\($0.rawValue))" } ?? ""))]
    if let paper = method.paper {
      rows.append(("paper", "\(paper.authors) (\(paper.year)), *\(paper.title)*, \(paper.venue)"))
    }
    let spec = configuration.backbone
    rows += [
      ("network", "\(spec.id), \(spec.parameterCount) parameters"),
      ("images", "\(plain(imagesName)), N = \(imageCount)"),
      ("budget", budget),
      ("optimiser", recipe.summary),
      ("seed", "\(configuration.seed)"),
      ("precision", configuration.precision.rawValue),
    ]
    if let initial = configuration.initial {
      rows.append(
        (
          "begun with",
          "\(plain(initial.url.lastPathComponent)), SHA-256 \(initial.digest)"
            + (initial.isPartial ? ", as far as it fits" : "")
        ))
    }
    if !configuration.options.isEmpty {
      let options = configuration.options.sorted { $0.key < $1.key }
      rows.append(
        ("options", options.map { "\($0.key) = \($0.value.text)" }.joined(separator: ", ")))
    }
    if let health {
      rows.append(
        (
          "features of the last batch",
          "effective rank \(rounded(health.rank)), deviation \(rounded(health.deviation))"
        ))
    }
    rows.append(("Glean", gleanVersion))
    return "| | |\n|---|---|\n" + rows.map { "| \($0) | \($1) |" }.joined(separator: "\n")
  }

  private var budget: String {
    let taken = "\(steps) steps of \(batch) images"
    if case .epochs = configuration.budget { return "\(configuration.budget): \(taken)" }
    return taken
  }

  private var viewsSection: String {
    "## Augmentation\n\n" + views.summary.map { "- \($0)" }.joined(separator: "\n")
  }

  private var channelNames: [Int: String] { [1: "grey", 3: "RGB"] }

  private var inputSection: String {
    let spec = configuration.backbone
    return """
      ## Input

      Images `[N, \(spec.inputChannels), \(spec.imageSize), \(spec.imageSize)]`, \
      \(channelNames[spec.inputChannels] ?? "the images' channels"), pixels in 0...1, minus `mean`, divided by `std`:

      ```python
      mean = \(normalisation.mean)
      std = \(normalisation.std)
      ```
      """
  }

  private var loadingSection: String? {
    guard let python = configuration.backbone.python(loading: Trainer.weightsName) else {
      return nil
    }
    return """
      ## Loading

      ```python
      \(python)
      ```

      `glean export` writes the same weights for `torch.load` or as an ONNX model.
      """
  }

  private var scoresSection: String {
    if scores.isEmpty {
      return
        "## Results\n\nNone was known when this card was written; `glean evaluate` measures them."
    }
    let rows = scores.map { "| \($0.evaluation) | \($0.metric) | \(rounded($0.value)) |" }
    return """
      ## Results

      On the test images, in one run (no interval):

      | protocol | measure | share |
      |---|---|---|
      \(rows.joined(separator: "\n"))
      """
  }

  private var licenceSection: String {
    """
    ## Licence

    Unknown. Whoever passes these weights on fills in `license` at the top.
    """
  }

  /// To three digits behind the point.
  private func rounded(_ value: Double) -> String { "\((1000 * value).rounded() / 1000)" }

  /// A name that ends no table cell and no line.
  private func plain(_ name: String) -> String {
    String(name.map { $0.isNewline ? " " : $0 }).replacing("|", with: "\\|")
  }
}
