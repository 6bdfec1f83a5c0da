public import Torch

/// A view of a batch, of which a method may hide a part from its network.
public struct MaskedView {
  /// Its number in plan order.
  public var number: Int
  /// Images in the batch.
  public var count: Int
  /// Pixels of its side.
  public var size: Int
  /// Pixels of the side of a ViT's patches.
  public var patch: Int
  /// Decides what is hidden.
  public var random: RandomStream

  /// All of it.
  public init(number: Int, count: Int, size: Int, patch: Int, random: RandomStream) {
    self.number = number
    self.count = count
    self.size = size
    self.patch = patch
    self.random = random
  }

  /// Patches along its side.
  var side: Int { size / patch }

  /// Whether each patch is hidden, `[N, T]` or `[N, T, 1]`, laid out as the image, `[N, 1, side, side]`.
  func map(_ hidden: Tensor) -> Tensor { hidden.reshaped(count, 1, side, side) }
}
