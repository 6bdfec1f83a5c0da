public import Augment
public import Backbones
public import Torch
import TorchNN

/// Frozen features of the parts of images: a map of h × w places for each.
public struct PatchFeatures {
  /// One row a place, image by image and row by row of its map, `[N·h·w, C]`.
  public let rows: Tensor
  /// The number of images N.
  public let count: Int
  /// Places from top to bottom, h.
  public let height: Int
  /// Places from left to right, w.
  public let width: Int

  /// Takes maps `[N, C, h, w]`, as they are typed.
  public init(_ maps: Tensor) {
    self.init(
      images: maps.permuted(0, 2, 3, 1).flattened(from: 1), height: maps.size(2),
      width: maps.size(3))
  }

  /// Takes one row an image, `[N, h·w·C]`.
  init(images: Tensor, height: Int, width: Int) {
    (count, self.height, self.width) = (images.size(0), height, width)
    rows = images.reshaped(count * height * width, -1)
  }

  /// The features of an image, `float32` `[h·w, C]`.
  func places(of image: Int) -> Tensor {
    let places = height * width
    return rows[image * places..<(image + 1) * places].to(.float32)
  }
}

extension DeviceStore {
  /// The features of the parts of some images, each image seen once without augmentation.
  ///
  /// The network runs in use mode, and is put back as it was. Features are kept in half precision, 2
  /// bytes each, on the processor: 10,000 images of 14 × 14 places and 384 channels take 1.5 GB.
  /// - Parameters:
  ///   - indices: which images, at least one.
  ///   - imageSize: pixels of the square that the network is shown; a multiple of a ViT's patch.
  ///   - precision: the type of products and convolutions; `nil` for `float32`.
  ///   - stage: after which of a ConvNet's four stages; `nil` for the last, or for a ViT. See
  ///     ``SegmentationProbe`` for which to take.
  ///   - limit: the most bytes that the features may take.
  ///   - progress: called with the number of images done.
  ///   - backbone: a ``ConvNet`` or ``VisionTransformer`` on this device.
  /// - Throws: ``ProbeError/option(_:)`` for a stage or size that the network does not have, and for
  ///   features beyond `limit`.
  public func patchFeatures(
    of indices: [Int], imageSize: Int, precision: DType?, stage: Int? = nil, batch: Int = 64,
    limit: Int = 8 << 30, progress: (Int) -> Void = { _ in }, backbone: Backbone
  ) throws(ProbeError) -> PatchFeatures {
    if let stage {
      guard backbone is ConvNet else {
        throw .option("\(backbone.spec.id) has no stages; leave the stage (\(stage)) out")
      }
      guard 1...ConvNet.stageCount ~= stage else {
        throw .option("the stage is \(stage); give 1 to \(ConvNet.stageCount)")
      }
    }
    if let patch = backbone.spec.patch, imageSize % patch != 0 || imageSize < patch {
      throw .option(
        "images of \(imageSize) pixels are no whole number of \(backbone.spec.id)'s patches of "
          + "\(patch); give a multiple of \(patch)")
    }
    let wasTraining = backbone.isTraining
    backbone.train(false)
    defer { backbone.train(wasTraining) }
    func maps(_ images: Tensor) -> Tensor {
      withAutocast(precision, on: device) { backbone.spatialFeatures(images, stage: stage) }
    }
    let first = withoutGradient { maps(evaluationBatch(indices: [indices[0]], size: imageSize)) }
    let bytes = indices.count * first.count * DType.float16.byteCount
    guard bytes <= limit else {
      throw .option(
        "the features of \(indices.count) images, \(first.size(2)) × \(first.size(3)) places of "
          + "\(first.size(1)) numbers each, take \(bytes >> 20) MB, more than the limit of "
          + "\(limit >> 20) MB; take fewer images, smaller ones, or a later stage")
    }
    let images = embed(
      count: indices.count, batch: batch,
      images: { range in
        progress(range.lowerBound)
        return evaluationBatch(indices: Array(indices[range]), size: imageSize)
      },
      dtype: .float16, network: { maps($0).permuted(0, 2, 3, 1).flattened(from: 1) })
    return PatchFeatures(images: images, height: first.size(2), width: first.size(3))
  }
}
