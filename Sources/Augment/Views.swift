public import Torch

/// A batch seen through a ``ViewPlan``. Not `Sendable`, as tensors are not.
public struct Views {
  /// One `[B, C, size, size]` a view, in plan order: `float32`, normalised, channels-last, on the
  /// store's device.
  public var images: [Tensor]
  /// One `[B, 4]` a view, on the processor: the left edge, top edge, width and height of each crop,
  /// as shares (0...1) of the image, before any flip.
  public var boxes: [Tensor]
  /// One `bool` `[B, 2]` a view, on the processor: flipped left-right, flipped upside down.
  public var flips: [Tensor]
  /// For views whose recipe turns crops, by their number in plan order: `[B, 2, 2]`, on the processor,
  /// the matrices that take places of the view before any flip, from its centre, in shares of its
  /// sides, to places of the image, from the crop's centre, in shares of the crop's.
  public var turns: [Int: Tensor] = [:]
  /// Which images of the store these are: `int64` `[B]`, on the store's device.
  public var indices: Tensor
  /// Their places among the images that are trained on, `int64` `[B]`, on the store's device: what
  /// memory banks and cluster assignments are looked up by. The same as ``indices`` unless a part of
  /// the store is trained on.
  public var members: Tensor
  /// Their classes, `int64` `[B]`, on the store's device: -100, which cross-entropy passes over,
  /// where an image has none; `nil` where no image of the store has one.
  public var labels: Tensor?
  /// Their tags or numbers, `float32` `[B, K]`, on the store's device, where the store has such.
  public var targets: Tensor?
  /// The class of each pixel of each view, one `int64` `[B, size, size]` a view, on the store's device:
  /// -100, which cross-entropy passes over, where it counts nowhere; none unless the store has masks.
  public var masks: [Tensor] = []

  /// A batch of ready-made views: what ``Augmenter`` makes, and tests by hand.
  public init(
    images: [Tensor], boxes: [Tensor], flips: [Tensor], indices: Tensor, labels: Tensor? = nil
  ) {
    self.images = images
    self.boxes = boxes
    self.flips = flips
    self.indices = indices
    members = indices
    self.labels = labels
  }

  /// The number of images.
  public var count: Int { indices.count }
}
