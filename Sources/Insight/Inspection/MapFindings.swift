import Augment
import Backbones
import Downstream
import Images
import Torch

/// What networks look at in the same images.
public struct MapFindings: Codable, Sendable, Hashable {
  /// Pictures side by side, one an image.
  public struct Strip: Codable, Sendable, Hashable {
    /// What is drawn.
    public var title: String
    /// The tiles.
    public var picture: Picture
    /// What a reader must know of it.
    public var note: String?
  }

  /// One network's.
  public struct Figures: Codable, Sendable, Hashable {
    /// The filters of its first layer; `nil` where they do not have one or three channels.
    public var filters: Picture?
    /// How many filters there are.
    public var filterCount: Int
    /// What it sees in each of the images.
    public var strips: [Strip]
    /// What fell to its prototypes; `nil` for a method without such, or where they are not kept.
    public var prototypes: PrototypeFindings?
  }

  /// The images as they are.
  public var originals: Strip
  /// The class of each image; empty without labels.
  public var labels: [String]
  /// Of each network.
  public var figures: [Figures]

  /// Images shown.
  private static let shown = 6
  private static let side = 128
  private static let gap = 8
}

extension MapFindings {
  init(_ features: [NetworkFeatures], _ data: InspectedImages) throws {
    let images = data.sample(data.heldOut, Self.shown)
    let small = data.levels(of: images, size: Self.side).to(.cpu)
    let ground = small.size(1) == 3 ? small : small.expanded(-1, 3, -1, -1).contiguous()
    func strip(_ title: String, _ tiles: Tensor) throws(ImageError) -> Strip {
      Strip(
        title: title, picture: try Picture(tiles: tiles, columns: Self.shown, gap: Self.gap))
    }
    originals = try strip("Images", ground)
    labels =
      data.hasLabels
      ? images.map { data.images.labels[$0].map { data.images.classes[$0] } ?? "" } : []
    figures = try features.map { features in
      let network = features.inspected.network
      let batch = data.store.evaluationBatch(indices: images, size: features.inspected.imageSize)
      var strips: [Strip] = []
      func add(_ title: String, _ maps: Tensor) throws {
        strips.append(try strip(title, Self.laid(maps, on: ground)))
      }
      if let network = network as? VisionTransformer {
        let heads = attentionMaps(network, batch).to(.cpu)
        for head in 0..<min(6, heads.size(1)) {
          try add("Attention of head \(head + 1)", heads.sliced(head..<head + 1, along: 1))
        }
        try add("Attention through all blocks (rollout)", rolloutMaps(network, batch).to(.cpu))
      } else if let network = network as? ConvNet {
        let activation = withoutGradient {
          network.featureMap(batch).to(.float32).to(.cpu).norm(over: 1, keepingAxes: true)
        }
        try add("Strength of the last feature map", activation)
        if data.hasLabels, let probe = try? Self.probe(features, data) {
          let classes = probe.classes(of: network.firstFeatures(batch))
          let columns = classes.map { probe.classifier.present.firstIndex(of: $0) ?? 0 }
          try add(
            "What speaks for the probe's class (Grad-CAM)",
            gradCAM(network, batch, weights: probe.classifier.weights, columns: columns).to(.cpu))
        }
      }
      let (places, name) = Self.places(network, batch)
      strips.append(
        try strip(
          "Main directions of \(name) as colours",
          componentMaps(places).resized(height: Self.side, width: Self.side)))
      if let painted = try Self.reconstructions(features.inspected.task, images, data) {
        strips.append(painted)
      }
      let filters = firstFilters(of: network).to(.cpu)
      return Figures(
        filters: [1, 3].contains(filters.size(1)) ? try Self.sheet(filters) : nil,
        filterCount: filters.size(0), strips: strips,
        prototypes: try Self.prototypes(features, data))
    }
  }

  /// Three rows: the images, what a task sees of them, and what it paints; `nil` where it paints none.
  private static func reconstructions(
    _ task: InspectedTask?, _ images: [Int], _ data: InspectedImages
  ) throws(ImageError) -> Strip? {
    guard let task, let reconstruct = task.reconstruction else { return nil }
    let batch = data.store.evaluationBatch(indices: images, size: task.imageSize)
    let made = reconstruct(batch, RandomStream(seed: data.seed, "reconstructions"))
    let seen = data.levels(standardised: made.seen)
    let rows = [
      data.levels(standardised: batch),
      made.hidden.map { $0.select(.full([1], 0.5, device: seen.device), else: seen) } ?? seen,
      data.levels(standardised: made.painted),
    ]
    let tiles = concatenated(rows).to(.cpu).to(.float32)
    var note = "The same images as the network takes them. "
    note +=
      made.hidden == nil
      ? "Noise as in training; the last row is all painted."
      : "Grey is hidden, the same share as in training; what is seen is kept in the last row."
    if made.takesLevels {
      note +=
        " The method learns the pattern of each hidden patch at a mean of 0 and a deviation of 1; here "
        + "each has the mean and deviation of the image’s own patch, as in the authors’ "
        + "demonstration, so that its brightness is not the network’s merit."
    }
    return Strip(
      title: "Reconstructions: the image, what the network sees of it, what it paints",
      picture: try Picture(
        tiles: ViewSheet.fit(tiles, height: side, width: side), columns: shown, gap: gap),
      note: note)
  }

  /// Which images fall to which prototype of a network's task; `nil` where it has none.
  private static func prototypes(
    _ features: NetworkFeatures, _ data: InspectedImages
  ) throws(ImageError) -> PrototypeFindings? {
    guard let task = features.inspected.task, let score = task.prototypeScores else { return nil }
    var inspected = features.inspected
    inspected.imageSize = task.imageSize
    let scores = data.features(of: features.images, inspected, by: score)
    return try PrototypeFindings(scores, of: features.images, data)
  }

  /// A probe of the classes.
  private static func probe(
    _ features: NetworkFeatures, _ data: InspectedImages
  ) throws(ProbeError) -> FittedLinearProbe {
    let images = Array(features.images.prefix(features.trainingCount))
    let labels = images.map { data.images.labels[$0] }
    let rows = stratifiedSample(labels, count: 2000, seed: data.seed)
    return try chapterProbe.fit(
      train: LabelledFeatures(
        features.training, labels: labels, groups: data.groups(of: images), images: rows),
      validation: nil, classes: data.images.classes.count, seed: data.seed)
  }

  /// Features of places, of a stage with seven a side or more where there is one, and what they are.
  private static func places(_ network: Backbone, _ batch: Tensor) -> (Tensor, name: String) {
    withoutGradient {
      guard network is ConvNet else {
        return (network.spatialFeatures(batch).to(.float32).to(.cpu), "patches' features")
      }
      for stage in stride(from: ConvNet.stageCount, to: 1, by: -1) {
        let map = network.spatialFeatures(batch, stage: stage)
        if map.size(2) >= 7 || stage == 2 {
          return (map.to(.float32).to(.cpu), "the features of stage \(stage)")
        }
      }
      return (network.spatialFeatures(batch).to(.float32).to(.cpu), "the features")
    }
  }

  /// Maps `[N, 1, h, w]` as heat on grey images `[N, 3, S, S]`, each from its least to its largest
  /// value.
  private static func laid(_ maps: Tensor, on ground: Tensor) -> Tensor {
    withoutGradient {
      let maps = maps.to(.float32)
      let low = maps.min(over: 1, 2, 3, keepingAxes: true)
      let range = maps.max(over: 1, 2, 3, keepingAxes: true) - low
      let heat = ((maps - low) / range.clamped(from: 1e-12))
        .resized(height: side, width: side).clamped(from: 0, to: 1)
      // From black through red and orange to pale yellow, so that brightness alone says it too.
      let colours = concatenated(
        [heat * 2, heat * 1.6 - 0.6, heat * 2.4 - 1.6], along: 1
      ).clamped(from: 0, to: 1)
      return greyscale(ground) * (1 - heat * 0.6) * 0.75 + colours * (heat * 0.75)
    }
  }

  /// Filters side by side, enlarged to whole pixels.
  private static func sheet(_ filters: Tensor) throws(ImageError) -> Picture {
    let size = filters.size(2)
    let scale = max(1, 28 / size)
    let places = Tensor((0..<size * scale).map { $0 / scale })
    let large = filters.rows(places, along: 2).rows(places, along: 3)
    return try Picture(tiles: large[0..<min(96, large.size(0))], columns: 12, gap: 4)
  }
}

extension ConvNet {
  /// The feature without gradients, `float32` on the processor.
  fileprivate func firstFeatures(_ images: Tensor) -> Tensor {
    withoutGradient { self(images).to(.float32).to(.cpu) }
  }
}
