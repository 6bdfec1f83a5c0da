import Torch

/// A picture of some images and their views, so that a person can judge a recipe: a row an image,
/// the image itself first.
public struct ViewSheet: Sendable {
  /// Columns of the picture.
  public let width: Int
  /// Rows of the picture.
  public let height: Int
  /// RGB, height × width × 3.
  public let pixels: [UInt8]

  /// The images and their views.
  public init(store: DeviceStore, indices: [Int], views: Views) {
    width = 0
    height = 0
    pixels = []
  }
}
