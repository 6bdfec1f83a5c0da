/// The six families of visual self-supervision, by what the training signal is.
public enum Family: String, CaseIterable, Codable, Sendable {
  /// Views of one image attract, views of others repel.
  case contrastive
  /// Views of one image must fall into the same cluster, and clusters share the images.
  case clustering
  /// A student predicts what a slowly moving teacher says of another view; nothing repels.
  case selfDistillation = "self-distillation"
  /// Views of one image agree while the dimensions of the embedding stay spread and uncorrelated.
  case decorrelation
  /// What was hidden from the network is filled in: pixels, tokens or features.
  case generative
  /// A label made from the image itself is predicted: its rotation, the order of its patches.
  case predictive

  /// One sentence for the taxonomy.
  public var summary: String {
    switch self {
    case .contrastive: "views of one image attract, views of others repel"
    case .clustering: "views of one image fall into one cluster; clusters share the images"
    case .selfDistillation: "a student predicts a slow teacher's output for another view"
    case .decorrelation: "views agree while dimensions stay spread and uncorrelated"
    case .generative: "what was hidden is filled in: pixels, tokens or features"
    case .predictive: "a label made from the image itself is predicted"
    }
  }
}
