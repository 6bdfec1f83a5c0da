public import Backbones
public import Training

/// Weights that somebody else pretrained, which a study sets its own pretraining against.
public struct GeneralWeights: Codable, Sendable, Equatable {
  /// The file.
  public var weights: InitialWeights
  /// The network that they make, for the study's images: the weights decide it, and where it is not
  /// the study's own, no row of theirs is tested against the others.
  public var backbone: BackboneSpec
  /// What readers call them, such as `ImageNet-1k, supervised`.
  public var title: String

  /// All of it.
  public init(weights: InitialWeights, backbone: BackboneSpec, title: String) {
    self.weights = weights
    self.backbone = backbone
    self.title = title
  }
}
