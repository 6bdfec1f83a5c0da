public import Augment
public import Backbones
public import Downstream
public import Pretext
public import Training

/// Which labels a comparison spends downstream.
public enum LabelDesign: Codable, Sendable, Equatable, CustomStringConvertible {
  /// L = N: every pretraining image is labelled, and supervised training sees exactly these labels.
  case allLabelled
  /// L is fixed: the same labelled images for every row, however many are pretrained on.
  case fewLabels(Int)

  /// `all` or the number, as it is typed.
  public var description: String {
    switch self {
    case .allLabelled: "all"
    case .fewLabels(let count): "\(count)"
    }
  }
}

/// A whole comparison, written down: methods × sizes × seeds on one set of images. It is fixed when a
/// study begins and kept with its results, so that a study that is continued is the same study.
public struct StudyPlan: Codable, Sendable, Equatable {
  /// The data set's name.
  public var name: String
  /// The hash of the images, labels and splits.
  public var dataHash: String
  /// Methods and baselines.
  public var methods: [String]
  /// Options of methods that differ from the published defaults, by method.
  public var options: [String: [String: JSONValue]]
  /// Numbers of images to pretrain on, ascending.
  public var sizes: [Int]
  /// Which labels are spent.
  public var labels: LabelDesign
  /// Each draws the subset, the initial weights, the order and the augmentation.
  public var seeds: [Int]
  /// The network, the same for every row that does not begin with general weights.
  public var backbone: BackboneSpec
  /// The weights that rows ending in `+general` begin with.
  public var general: GeneralWeights?
  /// Another set of images that every method is pretrained on too, beside the set itself.
  public var transfer: PretrainingSet?
  /// What the networks are judged by.
  public var protocols: [DownstreamProtocol]
  /// Side of the views in pixels.
  public var imageSize: Int
  /// What makes the views suit the images; `nil` for the methods' own.
  public var augment: ViewAdjustment?
  /// How much classes count in the linear probe; `nil` for every image alike.
  public var classWeights: LinearProbe.ClassWeighting?
  /// Images in a batch.
  public var batch: Int
  /// How long each run trains: the same for every method.
  public var budget: Budget
  /// Which optimiser settings are taken.
  public var recipe: RecipeChoice
  /// The type of matrix products and convolutions.
  public var precision: Precision

  /// All of it.
  public init(
    name: String, dataHash: String, methods: [String],
    options: [String: [String: JSONValue]] = [:], sizes: [Int], labels: LabelDesign, seeds: [Int],
    backbone: BackboneSpec, general: GeneralWeights? = nil, transfer: PretrainingSet? = nil,
    protocols: [DownstreamProtocol] = DownstreamProtocol.standard, imageSize: Int, batch: Int,
    budget: Budget, recipe: RecipeChoice, precision: Precision
  ) {
    self.name = name
    self.dataHash = dataHash
    self.methods = methods
    self.options = options
    self.sizes = sizes
    self.labels = labels
    self.seeds = seeds
    self.backbone = backbone
    self.general = general
    self.transfer = transfer
    self.protocols = protocols
    self.imageSize = imageSize
    self.batch = batch
    self.budget = budget
    self.recipe = recipe
    self.precision = precision
  }
}

/// A set of images to pretrain on, which is not the one that the networks are judged on.
public struct PretrainingSet: Codable, Sendable, Equatable {
  /// Its name, which ends the names of its rows: `simclr@photos`.
  public var name: String
  /// The hash of its images, labels and splits.
  public var dataHash: String
  /// Whether its images have labels, so that it can be trained on with them.
  public var isLabelled: Bool
  /// Channels of its images.
  public var channels: Int
  /// Numbers of images to pretrain on, ascending.
  public var sizes: [Int]

  /// All of it.
  public init(name: String, dataHash: String, isLabelled: Bool, channels: Int, sizes: [Int]) {
    self.name = name
    self.dataHash = dataHash
    self.isLabelled = isLabelled
    self.channels = channels
    self.sizes = sizes
  }
}

/// One run of a plan.
public struct PlannedRun: Sendable, Equatable {
  /// The row's name: see ``StudyRow``.
  public var method: String
  /// N: images to pretrain on; for supervised training and random weights, the labelled ones.
  public var images: Int
  /// L: labelled images downstream.
  public var labelled: Int
  /// The seed.
  public var seed: Int
  /// Whether the run belongs to one size, or (a baseline with fixed labels) to all of them.
  public var dependsOnSize: Bool
  /// Whether there is anything to train.
  public var trains: Bool
}

extension StudyPlan {
  /// The runs, all of one seed before the next, so that a study stopped early has whole seeds.
  /// - Throws: ``PretextError`` for a method that does not exist.
  public func runs() throws(PretextError) -> [PlannedRun] {
    var runs: [PlannedRun] = []
    for seed in seeds {
      for (index, size) in sizes.enumerated() {
        for method in methods {
          let row = StudyRow(method)
          let trains = try row.trains()
          let isFixed = try row.card().family == nil && labels != .allLabelled
          if isFixed && index > 0 { continue }
          let labelled = if case .fewLabels(let count) = labels { count } else { size }
          runs.append(
            PlannedRun(
              method: method, images: isFixed ? labelled : size, labelled: labelled, seed: seed,
              dependsOnSize: !isFixed, trains: trains))
        }
      }
      runs += try transferRuns(seed: seed)
    }
    return runs
  }

  /// The runs that are pretrained on another set: every method, and supervised training where that
  /// set has labels.
  private func transferRuns(seed: Int) throws(PretextError) -> [PlannedRun] {
    guard let transfer, case .fewLabels(let labelled) = labels else { return [] }
    var runs: [PlannedRun] = []
    for method in transferred {
      for size in transfer.sizes {
        runs.append(
          PlannedRun(
            method: method, images: size, labelled: labelled, seed: seed, dependsOnSize: true,
            trains: try StudyRow(method).trains()))
      }
    }
    return runs
  }

  /// The rows that are pretrained on the other set.
  var transferred: [String] {
    guard let transfer else { return [] }
    let rows = methods.filter { name in
      let row = StudyRow(name)
      guard !row.isFromGeneral, let card = try? row.card() else { return false }
      return card.family != nil || transfer.isLabelled && name == Baseline.supervised
    }
    return rows.map { StudyRow.pretrained($0, on: transfer.name) }
  }

  /// The names that readers see, by method.
  public var titles: [String: String] {
    Dictionary(
      (methods + transferred).map { ($0, StudyRow($0).title) },
      uniquingKeysWith: { first, _ in first })
  }

  /// The first setting whose number no plan has; `nil` in all but files that were changed by hand.
  var outOfRange: String? {
    let labelled: [Int] = if case .fewLabels(let count) = labels { [count] } else { [] }
    let trained =
      switch budget {
      case .steps(let count), .epochs(let count): count
      }
    let numbers = [
      ("seeds", seeds), ("sizes", sizes), ("labels", labelled), ("imageSize", [imageSize]),
      ("batch", [batch]), ("budget", [trained]), ("transfer.sizes", transfer?.sizes ?? []),
    ]
    let possible = 0...1_000_000_000
    return numbers.first { !$0.1.allSatisfy(possible.contains) }?.0
  }

  /// The settings of one row's training under a seed.
  public func configuration(of method: String, seed: Int = 0) -> RunConfiguration {
    let row = StudyRow(method)
    let start = row.isFromGeneral ? general : nil
    var network = start?.backbone ?? backbone
    if let transfer, row.source != nil { network = network.taking(channels: transfer.channels) }
    return RunConfiguration(
      method: row.method, options: options[row.method] ?? [:], backbone: network,
      initial: start?.weights,
      imageSize: imageSize, augment: augment, batch: batch, budget: budget, recipe: recipe,
      seed: UInt64(seed), precision: precision)
  }
}
