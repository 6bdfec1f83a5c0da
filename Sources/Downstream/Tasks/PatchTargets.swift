import Torch

/// What the patches of images with class maps show: the share of each class in each.
struct PatchTargets {
  /// A pixel that is not to be counted.
  static let ignored: UInt8 = 255

  private let masks: [Tensor?]
  private let height: Int
  private let width: Int
  private let classes: Int
  /// The classes that some pixel of each image shows; none for unlabelled ones.
  let shown: [[Int]]

  /// Takes the class map of each image, `uint8` `[H, W]`, `nil` for unlabelled; of any size, but of
  /// the proportions of a map of `height` × `width` places.
  /// - Throws: ``ProbeError/target(_:)`` for a mask of another type or shape or with a class that is
  ///   not in `0 ..< classes`, by image.
  init(_ masks: [Tensor?], classes: Int, height: Int, width: Int) throws(ProbeError) {
    guard 2..<256 ~= classes else {
      throw .option("there are \(classes) classes; a segmentation has 2 to 255")
    }
    self.classes = classes
    (self.height, self.width) = (height, width)
    self.masks = masks.map { $0?.to(.cpu).contiguous() }
    var shown = [[Int]](repeating: [], count: masks.count)
    for (image, mask) in self.masks.enumerated() {
      guard let mask else { continue }
      guard mask.dtype == .uint8, mask.rank == 2, mask.count > 0 else {
        throw .target(
          "the mask of image \(image) is \(mask.shape) of \(mask.dtype); give rows and columns of "
            + "uint8 classes")
      }
      let stretch = Double(mask.size(0) * width) / Double(mask.size(1) * height)
      guard 0.9...1.1 ~= stretch else {
        throw .target(
          "the mask of image \(image) has \(mask.size(0)) × \(mask.size(1)) pixels, its features "
            + "\(height) × \(width) places; cut the mask as the network is shown the image")
      }
      let values = mask.bytes
      let labels = Set(values).subtracting([PatchTargets.ignored]).map(Int.init).sorted()
      if let label = labels.last, label >= classes {
        let place = values.firstIndex(of: UInt8(label)) ?? 0
        throw .target(
          "the mask of image \(image) has class \(label) in row \(place / mask.size(1)), column "
            + "\(place % mask.size(1)), but there are \(classes) classes (0 to \(classes - 1), "
            + "\(PatchTargets.ignored) for pixels to leave out)")
      }
      shown[image] = labels
    }
    self.shown = shown
  }

  /// The mask of a labelled image.
  func mask(of image: Int) -> Tensor {
    guard let mask = masks[image] else { preconditionFailure("PatchTargets: no mask \(image)") }
    return mask
  }

  /// For each place of a labelled image, the share of each class among the pixels counted, `[h·w, K]`,
  /// and the share of pixels that are counted, `[h·w]`; 0 where none is. A pixel on the border of two
  /// places counts by its area in each.
  func shares(of image: Int) -> (classes: Tensor, counted: Tensor) {
    let mask = mask(of: image)
    let (rows, columns) = (mask.size(0), mask.size(1))
    // Ignored pixels are of no class.
    let isClass = mask.unsqueezed(0) .== Tensor.range(to: Double(classes)).reshaped(-1, 1, 1)
    let vertical = PatchTargets.overlaps(height, rows)
    let horizontal = PatchTargets.overlaps(width, columns)
    // `[K, h, w]` in shares of a place.
    let areas = vertical.matmul(isClass.to(.float32)).matmul(horizontal.transposed())
    let counted = areas.sum(over: 0, keepingAxes: true)
    // Less than a thousandth of a pixel is rounding.
    let isSeen = counted .> 1e-3 * Double(height * width) / Double(rows * columns)
    let shares = areas / isSeen.select(counted, else: Tensor.ones([1]))
    return (
      shares.reshaped(classes, -1).transposed(),
      counted.filled(where: isSeen.logicalNot(), with: 0).reshaped(-1)
    )
  }

  /// The share of each of `places` that each of `pixels` along the same side takes, `[places, pixels]`.
  private static func overlaps(_ places: Int, _ pixels: Int) -> Tensor {
    let size = Double(pixels) / Double(places)
    var values = [Float](repeating: 0, count: places * pixels)
    for place in 0..<places {
      let (low, high) = (Double(place) * size, Double(place + 1) * size)
      for pixel in Int(low)..<min(pixels, Int(high.rounded(.up))) {
        let overlap = min(high, Double(pixel + 1)) - max(low, Double(pixel))
        // Less than a millionth of a pixel is rounding.
        if overlap > 1e-6 { values[place * pixels + pixel] = Float(overlap / size) }
      }
    }
    return Tensor(values, shape: [places, pixels])
  }
}
