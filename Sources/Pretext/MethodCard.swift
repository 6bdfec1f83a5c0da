public import TorchNN

/// What a reader wants to know of a method before using it.
public struct MethodCard: Codable, Sendable, Equatable {
  /// What the method is in a comparison.
  public enum Role: Codable, Sendable, Equatable {
    /// Learns without labels; counted in its family's mean.
    case selfSupervised(Family)
    /// Stands beside the methods for reference: random weights, training with labels.
    case baseline
  }

  /// Where a claim comes from.
  public struct Citation: Codable, Sendable, Equatable {
    /// The title of the paper.
    public var title: String
    /// Its authors, shortened.
    public var authors: String
    /// The year.
    public var year: Int
    /// Where it appeared, with the arXiv number where there is one.
    public var venue: String
  }

  /// The name that commands take (`simclr`).
  public var name: String
  /// The name as the paper writes it (`SimCLR`).
  public var title: String
  /// Family or baseline.
  public var role: Role
  /// Families that the method also has a part in.
  public var secondary: [Family]
  /// The paper, where there is one.
  public var paper: Citation?
  /// What it learns from, in a sentence or two.
  public var learnsFrom: String
  /// The loss in symbols.
  public var loss: String
  /// Backbones it takes.
  public var backbones: [BackboneKind]
  /// Whether it is given class labels.
  public var usesLabels: Bool
  /// Batch size and memory it wants.
  public var needs: String
  /// What is known of it with few images, with the source.
  public var lowData: String
  /// The published recipe.
  public var recipe: PublishedRecipe?
  /// Raised whenever the method's results change, so that old runs are not mistaken for new ones.
  public var revision: Int

  /// All of it.
  public init(
    name: String, title: String, role: Role, secondary: [Family] = [], paper: Citation? = nil,
    learnsFrom: String, loss: String, backbones: [BackboneKind] = BackboneKind.allCases,
    usesLabels: Bool = false, needs: String, lowData: String, recipe: PublishedRecipe? = nil,
    revision: Int
  ) {
    self.name = name
    self.title = title
    self.role = role
    self.secondary = secondary
    self.paper = paper
    self.learnsFrom = learnsFrom
    self.loss = loss
    self.backbones = backbones
    self.usesLabels = usesLabels
    self.needs = needs
    self.lowData = lowData
    self.recipe = recipe
    self.revision = revision
  }

  /// The family, `nil` for baselines.
  public var family: Family? {
    if case .selfSupervised(let family) = role { return family }
    return nil
  }
}

/// The kinds of backbone a method may take.
public enum BackboneKind: String, CaseIterable, Codable, Sendable {
  /// Convolutional networks.
  case resnet
  /// Vision transformers.
  case vit
}

/// The settings a method was published with, or that its reference library trains it with.
public struct PublishedRecipe: Codable, Sendable, Equatable {
  /// Where the settings come from.
  public var source: String
  /// The rule of the steps.
  public var optimizer: OptimizerChoice
  /// The learning rate for a batch of 256; it scales linearly with the batch.
  public var learningRate: Double
  /// Epochs of linear warm-up.
  public var warmUpEpochs: Double
  /// Epochs trained for.
  public var epochs: Int
  /// Images in a batch.
  public var batch: Int
}
