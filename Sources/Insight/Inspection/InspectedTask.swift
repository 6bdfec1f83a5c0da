public import Augment
public import Torch

/// What stood on a network while it was trained, of which pictures can be made.
public struct InspectedTask {
  /// A picture that a task may give.
  public enum Picture: String, Sendable {
    /// What it paints of what it does not see.
    case reconstructions
    /// Which images fall to which prototype.
    case prototypes
  }

  /// Pixels of the square images that it takes.
  public var imageSize: Int
  /// What it paints of images `[N, C, H, W]`, standardised; `nil` where it paints none.
  public var reconstruction: ((_ images: Tensor, _ random: RandomStream) -> Reconstruction)?
  /// How near such images are to each prototype, `float32` `[N, K]`; `nil` where there are none.
  public var prototypeScores: ((_ images: Tensor) -> Tensor)?

  /// All of it.
  public init(
    imageSize: Int, reconstruction: ((Tensor, RandomStream) -> Reconstruction)? = nil,
    prototypeScores: ((Tensor) -> Tensor)? = nil
  ) {
    self.imageSize = imageSize
    self.reconstruction = reconstruction
    self.prototypeScores = prototypeScores
  }

  /// A task of which no picture can be made although its method allows one.
  public struct Missing: Sendable, Hashable {
    /// Which picture.
    public var picture: Picture
    /// Why, and what would help.
    public var reason: String

    /// Both.
    public init(_ picture: Picture, reason: String) {
      self.picture = picture
      self.reason = reason
    }
  }
}
