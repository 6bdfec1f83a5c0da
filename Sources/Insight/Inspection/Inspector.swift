import Augment
import Backbones
import Downstream
import Images
import Torch

/// Looks at networks, chapter after chapter.
public struct Inspector {
  /// The images that they are looked at with.
  public let data: InspectedImages
  /// The networks.
  public let networks: [InspectedNetwork]

  /// Neighbours, geometry and the embedding are of this many images at most.
  static let mostImages = 20_000

  /// Networks to look at with some images.
  public init(_ networks: [InspectedNetwork], with data: InspectedImages) {
    self.data = data
    self.networks = networks
  }

  /// Makes chapters, in the order of ``Inspection/Chapter``.
  /// - Parameters:
  ///   - chapters: which.
  ///   - progress: is told of each step before it begins: how many are done, of how many, and what
  ///     comes.
  /// - Throws: ``InspectionError`` for features that are no numbers, ``ProbeError`` for images that
  ///   cannot be learnt from, `ImageError` for pictures that cannot be written.
  public func inspect(
    _ chapters: Set<Inspection.Chapter> = Set(Inspection.Chapter.allCases), dataset: String,
    progress: (_ done: Int, _ total: Int, _ what: String) -> Void = { _, _, _ in }
  ) throws -> Inspection {
    let chosen = Inspection.Chapter.allCases.filter(chapters.contains)
    var done = 0
    func began(_ what: String) {
      progress(done, chosen.count + networks.count, what)
      done += 1
    }
    let clock = ContinuousClock()
    let start = clock.now
    let shown = data.sample(data.training, Self.mostImages) + data.heldOut
    let features = try networks.map { inspected in
      began("features of \(inspected.name)")
      return try NetworkFeatures(inspected, data, shown)
    }
    var inspection = Inspection(
      dataset: dataset, trainingImages: shown.count - data.heldOut.count,
      heldOutImages: data.heldOut.count,
      heldOutGroups: data.groups(of: data.heldOut).map { Set($0).count },
      classes: data.hasLabels ? data.images.classes : [], networks: features.map(\.title))
    inspection.durations.append(
      .init(part: "features", seconds: start.duration(to: clock.now) / .seconds(1)))
    for chapter in chosen {
      began(chapter.rawValue)
      let start = clock.now
      if let reason = try add(chapter, to: &inspection, features) {
        inspection.omissions.append(.init(chapter: chapter, reason: reason))
      } else {
        inspection.durations.append(
          .init(part: chapter.rawValue, seconds: start.duration(to: clock.now) / .seconds(1)))
      }
    }
    return inspection
  }

  /// Adds a chapter, or says why it cannot be made.
  private func add(
    _ chapter: Inspection.Chapter, to inspection: inout Inspection, _ features: [NetworkFeatures]
  ) throws -> String? {
    let needsLabels =
      "the images have no classes to tell apart; put them into a folder a class, or list them with "
      + "their labels"
    switch chapter {
    case .geometry: inspection.geometry = features.map { GeometryFigures($0, data) }
    case .neighbours: inspection.neighbours = try NeighbourFindings(features, data)
    case .embedding: inspection.embedding = try EmbeddingFindings(features, data)
    case .maps:
      inspection.maps = try MapFindings(features, data)
      inspection.omissions += missingPictures
    case .layers: inspection.layers = try LayerFindings(features, data)
    case .factors: inspection.factors = try FactorFindings(features, data)
    case .cues:
      guard data.hasLabels else { return needsLabels }
      inspection.cues = try CueFindings(features, data)
    }
    return nil
  }
}

extension Inspector {
  /// What maps lack as the tasks of some networks are not kept: those of one reason together.
  private var missingPictures: [Inspection.Omission] {
    let missing = networks.compactMap { network in network.missing.map { (network.name, $0) } }
    var seen: Set<InspectedTask.Missing> = []
    return missing.map(\.1).filter { seen.insert($0).inserted }.map { one in
      let names = missing.filter { $0.1 == one }.map(\.0)
      return Inspection.Omission(
        chapter: .maps, part: "\(one.picture.rawValue) of \(names.joined(separator: ", "))",
        reason: one.reason)
    }
  }
}

/// A network's features of the images that chapters share.
struct NetworkFeatures {
  let inspected: InspectedNetwork
  /// The images: those for training first, then those held out.
  let images: [Int]
  /// `[N, D]`, row i for `images[i]`.
  let values: Tensor
  /// How many of the rows are for training.
  let trainingCount: Int

  /// - Throws: ``InspectionError/badFeatures(network:)``.
  init(
    _ inspected: InspectedNetwork, _ data: InspectedImages, _ images: [Int]
  ) throws(InspectionError) {
    self.inspected = inspected
    self.images = images
    trainingCount = images.count - data.heldOut.count
    values = data.features(of: images, inspected)
    guard values.isAllFinite else { throw .badFeatures(network: inspected.name) }
  }

  var training: Tensor { values[0..<trainingCount] }
  var heldOut: Tensor { values[trainingCount..<images.count] }

  var title: Inspection.Network {
    Inspection.Network(
      name: inspected.name, method: inspected.method, backbone: inspected.network.spec.id,
      imageSize: inspected.imageSize, features: inspected.network.features)
  }
}

extension InspectedImages {
  /// The features of some images, each changed by `change` as levels of 0...1 if given.
  /// - Parameter network: from images to `[B, D]`; by default the network's feature.
  func features(
    of indices: [Int], _ inspected: InspectedNetwork, batch: Int = 256,
    changed change: ((_ levels: Tensor, _ range: Range<Int>) -> Tensor)? = nil,
    by network: ((Tensor) -> Tensor)? = nil
  ) -> Tensor {
    let network = network ?? { inspected.network($0) }
    return embed(
      count: indices.count, batch: batch,
      images: { range in
        let part = Array(indices[range])
        guard let change else {
          return store.evaluationBatch(indices: part, size: inspected.imageSize)
        }
        return normalised(change(levels(of: part, size: inspected.imageSize), range))
      },
      network: { images in withAutocast(precision, on: store.device) { network(images) } })
  }
}

/// A probe for the figures of a chapter: five penalties rather than ten, as there are many fits.
let chapterProbe = LinearProbe(
  LinearProbe.Options(
    penalties: LinearProbe.Options.logSpaced(from: 1, to: 1e-4, count: 5), tolerance: 1e-5))

extension ReadFigure {
  /// The mean of `values`, one an image, and its interval over images, or over groups where they
  /// come in such.
  init(meanOf values: [Double], groups: [Int]?, resamples: Int = 1000) {
    value = values.reduce(0, +) / Double(max(1, values.count))
    interval = Bootstrap(resamples: resamples).interval(images: values.count, groups: groups) {
      weights in zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +)
    }
  }

  /// The share of test images that are right.
  init(_ isRight: [Bool], groups: [Int]?) {
    self.init(meanOf: isRight.map { $0 ? 1 : 0 }, groups: groups)
  }

  /// The share of images that a protocol got right.
  /// - Parameter groups: of all images, as `labels`.
  init(_ result: ProtocolResult, labels: [Int?], groups: [Int]?) {
    self.init(
      zip(result.testImages, result.predictions).map { labels[$0] == $1 },
      groups: groups.map { groups in result.testImages.map { groups[$0] } })
  }
}
