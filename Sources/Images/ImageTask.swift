/// What an image set gives to predict.
public enum ImageTask: String, Codable, Sendable, CaseIterable {
  /// Nothing: images alone.
  case none
  /// One class an image: `ImageStore.labels`.
  case classes
  /// Any number of the classes an image: `ImageStore.tags`.
  case tags
  /// A number an image: `ImageStore.values`.
  case values
  /// A class a pixel: `ImageStore.masks`.
  case masks
}
