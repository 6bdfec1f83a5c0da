public import Backbones

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
  /// The published recipes.
  public var recipes: [PublishedRecipe]
  /// Raised whenever the method's results change, so that old runs are not mistaken for new ones.
  public var revision: Int

  /// All of it.
  public init(
    name: String, title: String, role: Role, secondary: [Family] = [], paper: Citation? = nil,
    learnsFrom: String, loss: String, backbones: [BackboneKind] = BackboneKind.allCases,
    usesLabels: Bool = false, needs: String, lowData: String, recipes: [PublishedRecipe] = [],
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
    self.recipes = recipes
    self.revision = revision
  }

  /// Refuses a backbone that the method cannot work on.
  /// - Throws: ``PretextError/unsuitable(method:_:)``.
  public func check(_ spec: BackboneSpec) throws(PretextError) {
    let kind = BackboneKind(of: spec)
    if backbones.contains(kind) { return }
    throw .unsuitable(
      method: name,
      kind == .vit
        ? "needs a ConvNet, such as --backbone resnet18; \(spec.architecture.rawValue) is a ViT"
        : "needs a ViT backbone, such as --backbone vit-micro; \(spec.architecture.rawValue) is a "
          + "ConvNet")
  }

  /// The published recipe for views of `imageSize` pixels; that for the other images where there is
  /// no other.
  public func recipe(imageSize: Int) -> PublishedRecipe? {
    recipes.first { $0.images == .init(size: imageSize) } ?? recipes.first
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

  /// The kind of a backbone.
  public init(of spec: BackboneSpec) { self = spec.architecture.isViT ? .vit : .resnet }

  /// The name for readers.
  public var title: String {
    switch self {
    case .resnet: "ConvNets"
    case .vit: "ViT"
    }
  }
}
