import Downstream
import Images
public import Torch

/// Whether networks know the class by texture or by shape: the accuracy of a probe of clean images'
/// features on images of which some cues are taken.
public struct CueFindings: Codable, Sendable, Hashable {
  /// What is done to the images.
  public enum Cue: String, Codable, CaseIterable, Sendable {
    /// Nothing.
    case clean
    /// Squares put in random order: textures stay, shapes go.
    case shuffled
    /// Without fine detail.
    case lowPass
    /// Fine detail alone.
    case highPass
    /// Without colour.
    case grey
    /// Black outlines on white: shapes stay, textures and colours go.
    case silhouettes

    /// Images `[N, C, S, S]` in 0...1 of which some cues are taken.
    public func apply(_ images: Tensor, seed: UInt64) -> Tensor {
      let side = images.size(2)
      switch self {
      case .clean: return images
      case .shuffled:
        let grid = [4, 3, 5, 2].first { side % $0 == 0 } ?? 1
        return shuffledPatches(images.contiguous(), grid: grid, seed: seed)
      case .lowPass: return Insight.lowPass(images, sigma: Double(side) / 24)
      case .highPass: return Insight.highPass(images, sigma: Double(side) / 24)
      case .grey: return greyscale(images)
      case .silhouettes: return Insight.silhouettes(images)
      }
    }
  }

  /// What was done.
  public var cues: [Cue]
  /// Images under each, one strip a cue.
  public var examples: [MapFindings.Strip]
  /// The accuracy of each network under each.
  public var readings: [[ReadFigure]]
  /// The share of the most frequent class among the test images.
  public var chance: Double
  /// Images that probes learnt from.
  public var trainingImages: Int
  /// Images that figures come from.
  public var testImages: Int
}

extension CueFindings {
  init(_ features: [NetworkFeatures], _ data: InspectedImages) throws {
    let test = data.sample(
      data.heldOut.filter { data.images.labels[$0] != nil }, 1000)
    let labels = test.map { data.images.labels[$0] ?? 0 }
    let testGroups = data.groups(of: test)
    let cues = Cue.allCases.filter { $0 != .grey || data.images.channels == 3 }
    self.cues = cues
    let counts = labels.reduce(into: [:]) { $0[$1, default: 0] += 1 }
    chance = Double(counts.values.max() ?? 0) / Double(max(1, labels.count))
    let shown = data.levels(
      of: data.sample(test, 6), size: features.map(\.inspected.imageSize).max() ?? 64
    ).to(.cpu)
    examples = try cues.map { cue in
      MapFindings.Strip(
        title: cue.rawValue,
        picture: try Picture(tiles: cue.apply(shown, seed: data.seed), columns: 6, gap: 4))
    }
    let rows = features[0].images.prefix(features[0].trainingCount)
    let known = rows.map { data.images.labels[$0] }
    let sample = stratifiedSample(known, count: 3000, seed: data.seed)
    readings = try features.map { network in
      let probe = try chapterProbe.fit(
        train: LabelledFeatures(
          network.training, labels: known, groups: data.groups(of: Array(rows)), images: sample),
        validation: nil, classes: data.images.classes.count, seed: data.seed)
      return cues.map { cue in
        let found = data.features(
          of: test, network.inspected,
          changed: { cue.apply($0, seed: data.seed &+ UInt64($1.lowerBound)) })
        return ReadFigure(
          zip(probe.classes(of: found), labels).map { $0 == $1 }, groups: testGroups)
      }
    }
    (trainingImages, testImages) = (sample.count, test.count)
  }
}
