public import Augment
public import Images
public import Torch

/// The images that networks are looked at with, on their device, and how they are parted.
public struct InspectedImages {
  /// The images.
  public let images: ImageStore
  let store: DeviceStore
  /// Images that probes may learn from.
  public let training: [Int]
  /// Images that figures of probes come from.
  public let heldOut: [Int]
  /// Whether there are classes to tell apart, in both parts.
  let hasLabels: Bool
  let precision: DType?
  let seed: UInt64

  /// The share of the images that is held out where they bring no test split.
  private static let share = 0.2
  /// Fewer images than this cannot be measured.
  private static let fewest = 20

  /// Parts images: `test/` is held out where there is one, else a fifth, stratified, which shares no
  /// group (patient, slide, flight) with the rest.
  /// - Parameters:
  ///   - precision: the type of products and convolutions; `nil` for `float32`.
  ///   - seed: decides what is drawn: samples, views, starts of clusters.
  /// - Throws: ``InspectionError/tooFewImages(found:needed:)``.
  public init(
    _ images: ImageStore, device: Device, precision: DType? = nil, seed: UInt64 = 0
  ) throws(InspectionError) {
    let known = images.indices(of: .train) + images.indices(of: .validation)
    let own = images.indices(of: .test)
    let parts =
      own.isEmpty
      ? try? Splits.stratifiedSplit(
        of: known, labels: images.labels, groups: images.groups, fraction: Self.share, seed: seed)
      : (rest: known.sorted(), held: own)
    let training = parts?.rest ?? known
    let splits = images.splits
    let statistics = training.filter { splits[$0] == .train }
    try self.init(
      DeviceStore(
        images, training: statistics.isEmpty ? training : statistics, device: device),
      of: images, training: training, heldOut: parts?.held ?? [], precision: precision, seed: seed)
  }

  /// Images that are parted already.
  /// - Parameters:
  ///   - store: the images on their device.
  ///   - images: the same images.
  ///   - training: those that probes may learn from.
  ///   - heldOut: those that figures of probes come from.
  ///   - precision: the type of products and convolutions; `nil` for `float32`.
  ///   - seed: decides what is drawn: samples, views, starts of clusters.
  /// - Throws: ``InspectionError/tooFewImages(found:needed:)``.
  public init(
    _ store: DeviceStore, of images: ImageStore, training: [Int], heldOut: [Int],
    precision: DType? = nil, seed: UInt64 = 0
  ) throws(InspectionError) {
    guard training.count >= Self.fewest, heldOut.count >= 4 else {
      throw .tooFewImages(found: images.count, needed: 2 * Self.fewest)
    }
    let labels = images.labels
    hasLabels =
      images.task == .classes && Set(training.compactMap { labels[$0] }).count > 1
      && heldOut.contains { labels[$0] != nil }
    self.images = images
    self.store = store
    self.training = training
    self.heldOut = heldOut
    self.precision = precision
    self.seed = seed
  }

  /// The group of each of some images, which no split may divide; `nil` for a set without groups.
  func groups(of indices: [Int]) -> [Int]? {
    images.groups.map { groups in indices.map { groups[$0] } }
  }

  /// At most `count` of `indices`, stratified by class.
  func sample(_ indices: [Int], _ count: Int) -> [Int] {
    stratifiedSample(indices.map { images.labels[$0] }, count: count, seed: seed)
      .map { indices[$0] }
  }

  /// Images as levels of 0...1, `[N, C, size, size]`.
  func levels(of indices: [Int], size: Int) -> Tensor {
    levels(standardised: store.evaluationBatch(indices: indices, size: size))
  }

  /// What a network takes, as levels of 0...1 (more or less, where a network painted it).
  func levels(standardised images: Tensor) -> Tensor {
    images * scale(store.deviation) + scale(store.mean)
  }

  /// Levels of 0...1 as a network takes them.
  func normalised(_ levels: Tensor) -> Tensor {
    ((levels - scale(store.mean)) / scale(store.deviation)).channelsLast()
  }

  private func scale(_ values: [Float]) -> Tensor {
    Tensor(values, shape: [1, values.count, 1, 1]).to(store.device)
  }

  /// Small pictures of some images.
  /// - Throws: `ImageError` if libvips cannot write them.
  func thumbnails(of images: some Sequence<Int>, side: Int, columns: Int) throws(ImageError)
    -> Thumbnails
  {
    let shown = Set(images).sorted()
    let tiles = stride(from: 0, to: shown.count, by: 512).map {
      levels(of: Array(shown[$0..<min(shown.count, $0 + 512)]), size: side).to(.cpu)
    }
    return Thumbnails(
      picture: try Picture(tiles: concatenated(tiles), columns: columns), columns: columns,
      images: shown, paths: shown.map { self.images.paths[$0] },
      labels: shown.map { self.images.labels[$0] })
  }
}
