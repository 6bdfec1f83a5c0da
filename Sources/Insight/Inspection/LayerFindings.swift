import Backbones
import Downstream
import Images
import Torch

/// What networks know at which depth.
public struct LayerFindings: Codable, Sendable, Hashable {
  /// One network's.
  public struct Figures: Codable, Sendable, Hashable {
    /// The layers, from the image on.
    public var names: [String]
    /// The accuracy of a linear probe of each layer; empty without labels.
    public var linear: [ReadFigure]
    /// The accuracy of kNN of each; empty without labels.
    public var knn: [ReadFigure]
    /// ``measuredCKA(_:_:groups:)`` of each two layers.
    public var alignment: [[ReadFigure]]
  }

  /// How alike a network and a relative see images.
  public struct Kinship: Codable, Sendable, Hashable {
    /// What their trainings differ in; see ``InspectedNetwork/Relative/difference``.
    public var difference: String
    /// ``measuredCKA(_:_:groups:)`` of their last features.
    public var alignment: ReadFigure
  }

  /// Of each network.
  public var figures: [Figures]
  /// ``measuredCKA(_:_:groups:)`` of each two networks' last features.
  public var alignment: [[ReadFigure]]
  /// Of each network, how alike it and its relatives see images.
  public var kin: [[Kinship]] = []
  /// Images that probes learnt from.
  public var trainingImages: Int
  /// Images that all figures come from.
  public var testImages: Int
}

extension LayerFindings {
  init(_ features: [NetworkFeatures], _ data: InspectedImages) throws(ProbeError) {
    let training = data.sample(data.training, 2000)
    let test = data.sample(data.heldOut, 1000)
    let images = training + test
    let split = EvaluationSplit(
      train: Array(training.indices), test: Array(training.count..<images.count))
    let labels = images.map { data.images.labels[$0] }
    let groups = data.groups(of: images)
    let testGroups = data.groups(of: test)
    let classes = data.images.classes.count
    var all: [Figures] = []
    for network in features {
      let layers = data.layers(of: images, network.inspected)
      let held = layers.map { $0.values[training.count..<images.count] }
      var figures = Figures(
        names: layers.map(\.name), linear: [], knn: [],
        alignment: Self.alignments(held, testGroups))
      if data.hasLabels {
        for layer in layers {
          figures.linear.append(
            ReadFigure(
              try chapterProbe.evaluate(
                features: layer.values, labels: labels, groups: groups, split: split,
                classes: classes, seed: data.seed), labels: labels, groups: groups))
          figures.knn.append(
            ReadFigure(
              try KNNProbe().evaluate(
                features: layer.values, labels: labels, groups: groups, split: split,
                classes: classes, seed: data.seed), labels: labels, groups: groups))
        }
      }
      all.append(figures)
    }
    figures = all
    let heldGroups = data.groups(of: data.heldOut)
    alignment = Self.alignments(features.map(\.heldOut), heldGroups)
    kin = features.map { features in
      features.inspected.relatives.map { relative in
        let others = data.features(
          of: data.heldOut, features.inspected, by: { relative.network($0) })
        return Kinship(
          difference: relative.difference,
          alignment: Self.alignments([features.heldOut, others], heldGroups)[0][1])
      }
    }
    trainingImages = training.count
    testImages = test.count
  }

  /// CKA of each two; 0 where one does not vary.
  private static func alignments(_ features: [Tensor], _ groups: [Int]?) -> [[ReadFigure]] {
    let same = ReadFigure(value: 1, interval: nil)
    var table = features.map { _ in [ReadFigure](repeating: same, count: features.count) }
    for first in features.indices {
      for second in features.indices where second > first {
        let figure = measuredCKA(features[first], features[second], groups: groups)
        table[first][second] =
          figure.value.isFinite ? figure : ReadFigure(value: 0, interval: nil)
        table[second][first] = table[first][second]
      }
    }
    return table
  }
}

extension InspectedImages {
  /// Features at every depth of a network, in one pass.
  fileprivate func layers(
    of indices: [Int], _ inspected: InspectedNetwork
  ) -> [(name: String, values: Tensor)] {
    var names: [(name: String, width: Int)] = []
    func joining(_ images: Tensor) -> Tensor {
      let layers = inspected.network.layerFeatures(of: images)
      names = layers.map { ($0.name, $0.values.size(1)) }
      return concatenated(layers.map { $0.values.to(.float32) }, along: 1)
    }
    let joined = features(of: indices, inspected, by: joining)
    var start = 0
    return names.map { name, width in
      defer { start += width }
      return (name, joined.sliced(start..<start + width, along: 1).contiguous())
    }
  }
}
