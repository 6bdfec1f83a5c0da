import Foundation
import Images
public import Pretext
public import Training

/// What a user asks of a comparison; what is left open is fitted to the images and the machine.
public struct StudyRequest: Sendable {
  /// Methods and baselines.
  public var methods: [String]?
  /// Options of methods, by method.
  public var options: [String: [String: JSONValue]] = [:]
  /// Numbers of images to pretrain on.
  public var sizes: [Int]?
  /// Numbers of images of the other set to pretrain on.
  public var transferSizes: [Int] = []
  /// What to judge by, beside the linear probe.
  public var protocols: [DownstreamProtocol]?
  /// Labels downstream.
  public var labels: LabelDesign?
  /// How many seeds.
  public var seeds: Int?
  /// How long each run trains.
  public var budget: Budget?
  /// Minutes that the whole comparison may take, where no budget is given.
  public var minutes = 30.0

  /// Everything left open.
  public init() {}

  /// The methods of a comparison that names none.
  public static let defaultMethods = ["simclr"]
  /// What stands beside every method.
  public static let baselines = [Baseline.random, Baseline.pixels, Baseline.supervised]
  /// The seeds of a comparison that names no number: the fewest that give an interval worth showing.
  public static let defaultSeeds = 3
  /// More seeds than anyone waits for: such a number is a slip, and its runs alone would fill memory.
  public static let mostSeeds = 1000
}

extension StudyPlan {
  /// The plan that follows a request.
  /// - Parameters:
  ///   - source: the images of `base.transfer`.
  ///   - base: network, batch and the like; its methods, sizes, seeds and budget are replaced.
  ///   - secondsPerStep: measures how long a step of each of the methods takes on this machine.
  /// - Throws: ``StudyError/setting(_:)`` for a size or number of labels that the images do not
  ///   allow, ``PretextError`` for unknown methods.
  public static func fitted(
    _ request: StudyRequest, to data: StudyData, source: StudyData? = nil, base: StudyPlan,
    secondsPerStep: ([String]) throws -> [String: Double]
  ) throws -> StudyPlan {
    try data.check(base.classWeights)
    var plan = base
    plan.methods =
      request.methods ?? StudyRequest.baselines + StudyRequest.defaultMethods
    let others = request.protocols ?? DownstreamProtocol.standard
    plan.protocols = [.linear] + others.filter { $0 != .linear }
    plan.options = request.options
    plan.seeds = Array(0..<(request.seeds ?? StudyRequest.defaultSeeds))
    plan.labels = request.labels ?? .allLabelled
    plan.sizes = try sizes(request.sizes, "--sizes", available: data.pool.count)
    if let source {
      plan.transfer?.sizes =
        request.transferSizes.isEmpty
        ? [source.pool.count]
        : try sizes(request.transferSizes, "--pretrain-sizes", available: source.pool.count)
    }
    let (labelled, pool) = (data.labelledPool.count, data.pool.count)
    switch plan.labels {
    case .allLabelled:
      guard labelled == pool else {
        throw StudyError.setting(
          "--labels 'all' means that all images pretrained on are labelled, but of \(pool) only "
            + "\(labelled) are: give --labels \(labelled), or fewer")
      }
    case .fewLabels(let count):
      let isByClass = data.images.task == .classes
      let fewest = isByClass ? data.images.classes.count : StudyData.fewestImages
      guard count >= fewest, count <= labelled else {
        throw StudyError.setting(
          "--labels is \(count); give \(fewest)\(isByClass ? " (one a class)" : "") to \(labelled) "
            + "(all labelled training images)" + (labelled == pool ? ", or 'all'" : ""))
      }
    }
    if let budget = request.budget {
      plan.budget = budget
    } else {
      let trained = try plan.runs().filter(\.trains).map { StudyRow($0.method).withoutSource }
      let seconds = try secondsPerStep(Set(trained).sorted())
      let cost = trained.reduce(0) { $0 + (seconds[$1] ?? 0) }
      let steps = cost > 0 ? request.minutes * 60 * trainingShare / cost : 0
      plan.budget = .steps(rounded(min(mostSteps, max(fewestSteps, steps))))
    }
    return plan
  }

  /// The share of the time that training takes; the rest is judging.
  static let trainingShare = 0.85
  /// Fewer steps than this teach too little to compare: no less follow from the minutes.
  private static let fewestSteps = 150.0
  /// More than this is left to those who ask for it.
  private static let mostSteps = 5000.0

  /// The sizes asked for, checked; else a tenth, a third and all of the images.
  private static func sizes(
    _ asked: [Int]?, _ option: String, available: Int
  ) throws(StudyError) -> [Int] {
    if let asked {
      let sorted = Array(Set(asked)).sorted()
      guard let first = sorted.first, let last = sorted.last, first >= 2, last <= available else {
        throw .setting(
          "\(option) \(asked.map(String.init).joined(separator: ",")): give numbers from 2 to "
            + "\(available), the images there are to pretrain on")
      }
      return sorted
    }
    let shares = [available / 10, available / 3].filter { $0 >= smallestSize }.map(rounded)
    return Array(Set(shares + [available])).sorted()
  }

  /// Below this a default size is not worth a run.
  private static let smallestSize = 100

  private static func rounded(_ count: Int) -> Int { rounded(Double(count)) }

  /// Two leading digits: 1,666 becomes 1,700.
  private static func rounded(_ count: Double) -> Int {
    let unit = pow(10, max(0, floor(log10(max(1, count))) - 1))
    return Int((count / unit).rounded() * unit)
  }
}
