import CommandLineKit
import Foundation
import Glean

struct Advise: Command {
  static let configuration = CommandConfiguration(
    name: "advise",
    abstract: "Say which method to use on your images, in limited time.",
    discussion: """
      Many methods train for a few steps, and only the better go on from where they stood (successive \
      halving): the last two run to the end of their schedule. With classes they are compared by a \
      linear probe on images held out of training; without, by what their features look like. The \
      test images choose nothing: they are looked at once, for the winner, random weights and \
      supervised training. Ctrl-C stops safely; the same command goes on. 'glean compare' takes \
      longer, and is surer.
      """,
    examples: [
      ("glean advise photos", "One method of each family, in about half an hour."),
      ("glean advise photos --budget 2h", "The same, surer."),
      (
        "glean advise photos --budget 20m --methods contrastive,byol",
        "Among a family and a method."
      ),
      ("glean advise photos --criterion lidar", "Choose without looking at labels."),
    ])

  @OptionGroup(title: "Images") var source: ImageOptions
  @Option(help: "Time that training and judging may take: 90s, 30m or 2h.")
  var budget = TimeSpan(seconds: 1800)
  @Option(
    help: "Steps of the methods that run to the end, instead of --budget: the same race on every "
      + "machine.")
  var steps: Int?
  @Option(
    help: "Methods, families or 'all'; by default one of each family that suits the backbone.")
  var methods: [String] = []
  @Option(
    help: "What to choose by: accuracy, rank, lidar or alignment-uniformity; by default accuracy, "
      + "without classes alignment-uniformity.")
  var criterion: SelectionCriterion?
  @Option(help: "Folder of the race; by default glean-advice-IMAGES.", completion: .folder)
  var out: String?
  @Option(help: "Seed of initialisation, order and augmentation.") var seed: UInt64 = 0
  @Flag(help: "Print the result as JSON.") var json = false
  @OptionGroup(title: "Views") var views: AugmentOptions
  @OptionGroup(title: "Network") var network: NetworkOptions
  @OptionGroup(title: "Computing") var compute: ComputeOptions

  func run() throws {
    let device = try compute.start()
    let store = try source.open(quiet: compute.quiet)
    let images = try RaceImages(store, device: device)
    let settings = try settings(images, on: device)
    let name = URL(filePath: store.root).lastPathComponent
    let folder = RaceFolder(URL(filePath: out ?? "glean-advice-\(name)"))
    let plan = try misuse {
      if let before = try folder.plan(for: settings) { return before }
      let costs = try MethodRace.costs(settings, images: images) {
        compute.note("Measuring \($0)…")
      }
      return try RacePlan(settings, costs, images: images)
    }
    describe(plan, images, folder)

    Interrupt.install()
    let progress = RaceProgress(plan, quiet: compute.quiet)
    defer { progress.dismiss() }
    let result = try MethodRace(plan, images: images, in: folder)
      .run(report: progress.show, shouldStop: { Interrupt.isRequested })
    progress.dismiss()
    guard let result else {
      throw Interrupted(
        hint: "what was judged is kept in \(folder.url.relativePath); the same command goes on")
    }
    if json {
      try printJSON(result)
    } else {
      print(RaceTable.text(result))
      for paragraph in result.advice() + [studiesText].compactMap({ $0 }) {
        print("\n" + TextReport.wrapped(paragraph).joined(separator: "\n"))
      }
      if let winner = result.outcome.winner { print("\n" + next(winner, result)) }
    }
    if result.outcome.winner == nil { throw StudyError.run("no method succeeded; see above") }
  }

  private func settings(_ images: RaceImages, on device: Device) throws -> RaceSettings {
    let store = images.data.images
    let backbone = try network.spec(for: store, on: device)
    // Of the label-free criteria the one that rated random weights low and followed accuracy (+0.8
    // over four methods) on infrared modules and on aerial images; LiDAR rated random weights high.
    let criterion = criterion ?? (images.hasClasses ? .accuracy : .alignmentUniformity)
    if criterion == .accuracy && !images.hasClasses {
      throw UsageError(
        "--criterion accuracy needs \(RaceImages.fewestLabelled) labelled training images of two "
          + "classes or more; give rank, lidar or alignment-uniformity")
    }
    var candidates = RaceCandidate.standard(on: backbone).map(\.method)
    if !methods.isEmpty {
      candidates = try misuse {
        try Registry.names(methods, on: backbone).filter { try Registry.card($0).family != nil }
      }
      guard candidates.count > 1 else {
        throw UsageError("--methods names \(candidates.count) to choose from; give two or more")
      }
    }
    var training = RunConfiguration(
      method: Baseline.random, backbone: backbone, imageSize: network.size(for: store, on: device),
      batch: network.batch, budget: .steps(1), recipe: network.recipe, seed: seed,
      precision: compute.precision ?? .best(on: device))
    training.augment = views.adjustment(
      for: images.data.store, training: images.training, note: compute.note)
    return RaceSettings(
      dataset: URL(filePath: store.root).lastPathComponent, dataHash: store.contentHash,
      candidates: candidates, criterion: criterion,
      metric: images.hasClasses ? images.metric : nil, training: training,
      budget: budget.seconds, steps: steps)
  }

  /// Says what will be done before it begins.
  private func describe(_ plan: RacePlan, _ images: RaceImages, _ folder: RaceFolder) {
    let settings = plan.settings
    if methods.isEmpty {
      compute.note("One method of each family that suits \(settings.training.backbone.id):")
      let standard = RaceCandidate.standard(on: settings.training.backbone)
      let width = standard.map(\.method.count).max() ?? 0
      for candidate in standard {
        let name = candidate.method.padding(toLength: width, withPad: " ", startingAt: 0)
        compute.note("  \(name)  \(candidate.reason)")
      }
    }
    var held = "chosen by \(settings.criterion.title) on \(Human.count(plan.sample.held, "image")) "
    held += "held out of training"
    if let metric = settings.metric, settings.criterion == .accuracy {
      held = held.replacing(
        "accuracy", with: "\(metric.title) of a linear probe", maxReplacements: 1)
    }
    let rungs = plan.halving.rungs.map {
      "\($0.candidates) methods to step \(Human.count($0.steps))"
    }
    compute.note(
      "\(rungs.joined(separator: ", ")), \(held); at most "
        + "\(Human.duration(seconds: plan.trainingSeconds)) of training and "
        + "\(Human.duration(seconds: plan.judgingSeconds)) of judging")
    compute.note(
      "The learning rate follows a run of \(Human.count(plan.steps)) steps, which those dropped do "
        + "not finish; results in \(folder.url.relativePath)")
  }

  /// The command that pretrains for longer, and what it takes.
  private func next(_ winner: String, _ result: RaceResult) -> String {
    let steps = 10 * result.plan.steps
    let images = ShellWord.quoted(source.images)
    var words = ["glean pretrain \(images) --method \(winner) --steps \(steps)"]
    let (storing, none) = (source.storing, StoringOptions())
    if storing.storeSize != none.storeSize { words.append("--store-size \(storing.storeSize)") }
    if storing.dropDuplicates { words.append("--drop-duplicates") }
    if let range = storing.range { words.append("--range \(range)") }
    if views.augment != .photo { words.append("--augment \(views.augment.rawValue)") }
    words += views.strengths.map { "--augment-set \($0)" }
    if let backbone = network.backbone { words.append("--backbone \(backbone)") }
    if let size = network.imageSize { words.append("--image-size \(size)") }
    if network.batch != NetworkOptions().batch { words.append("--batch \(network.batch)") }
    if network.recipe != .automatic { words.append("--recipe \(network.recipe.rawValue)") }
    if seed != 0 { words.append("--seed \(seed)") }
    if compute.device != ComputeOptions().device { words.append("--device \(compute.device)") }
    if let precision = compute.precision { words.append("--precision \(precision.rawValue)") }
    if let threads = compute.threads { words.append("--threads \(threads)") }
    let seconds = Double(steps) * (result.plan.costs.step[winner] ?? 0)
    return "Weights: \(result.weights ?? "none")\nTen times as long, about "
      + "\(Human.duration(seconds: seconds)):\n  \(words.joined(separator: " "))"
  }

  /// How label-free criteria fared in the studies that stand where the program was started.
  private var studiesText: String? {
    let here = URL(filePath: FileManager.default.currentDirectoryPath)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: here.path)) ?? []
    var lines: [String] = []
    for name in names.sorted() where name.hasPrefix("glean-study-") {
      let study = StudyFolder(here.appending(path: name))
      guard FileManager.default.fileExists(atPath: study.results.path),
        let plan = try? study.load(), let results = try? ResultStore(path: study.results.path),
        let summary = try? StudyReport.summary(plan, results: results)
      else { continue }
      let found = [SelectionCriterion.rank, .alignmentUniformity].compactMap { criterion in
        summary.rankCorrelation(of: criterion).map {
          "\(criterion.title) \(Human.fixed($0.correlation, decimals: 2)) over \($0.methods) methods"
        }
      }
      if !found.isEmpty { lines.append("\(name): \(found.joined(separator: ", "))") }
    }
    return lines.isEmpty
      ? nil : "In finished studies here they agreed so: \(lines.joined(separator: "; "))."
  }
}

/// The standings as a table: a column a rung, and the label-free criteria of the last judgement.
private enum RaceTable {
  static func text(_ result: RaceResult) -> String {
    let rungs = result.plan.halving.rungs
    let others = SelectionCriterion.allCases.filter {
      $0 != .accuracy && $0 != result.plan.settings.criterion
    }
    var table = Table(
      ["method", "family"] + rungs.map { "\(Human.count($0.steps)) steps" } + others.map(\.rawValue)
    )
    var seen: Set<String> = []
    for (standings, judgements) in zip(result.outcome.standings, result.judgements).reversed() {
      for (standing, judgement) in zip(standings, judgements)
      where seen.insert(standing.candidate).inserted {
        let scores = rungs.map { rung in
          result.outcome.standings.joined().first {
            $0.candidate == standing.candidate && $0.steps == rung.steps
          }.map { $0.score.map(result.text) ?? "failed" } ?? "–"
        }
        let family = (try? Registry.card(standing.candidate))?.family?.rawValue ?? ""
        table.add([standing.candidate, family] + scores + criteria(others, judgement))
      }
    }
    let random = result.random?.score(result.plan.settings.criterion).map(result.text) ?? "–"
    table.add(
      ["random", "no training", random] + rungs.dropFirst().map { _ in "" }
        + criteria(others, result.random))
    return table.render()
      + "\(result.criterionTitle) on \(Human.count(result.plan.sample.held, "held-out image")); the "
      + "other columns where it stopped"
  }

  private static func criteria(
    _ criteria: [SelectionCriterion], _ judgement: Judgement?
  ) -> [String] {
    criteria.map { criterion in
      judgement?.criteria[criterion.rawValue].map { Human.fixed($0, decimals: 2) } ?? "–"
    }
  }
}

/// Shows a race as it runs: a bar for the method at work, a line for each that is judged.
private final class RaceProgress {
  private let plan: RacePlan
  private let quiet: Bool
  private var title = ""
  private var bar: TrainingBar?

  init(_ plan: RacePlan, quiet: Bool) {
    self.plan = plan
    self.quiet = quiet
  }

  func show(_ event: MethodRace.Event) {
    switch event {
    case .began(let method, let rung, let position, let total):
      begin("[\(position + 1)/\(total)] \(method), to step \(plan.halving.rungs[rung].steps)")
    case .beganSupervised: begin("supervised, to step \(plan.steps)")
    case .trained(let status): bar?.show(status)
    case .judging: bar?.showJudging()
    case .judged(_, let judgement):
      let score = judgement.score(plan.settings.criterion)
      let isShare = plan.settings.criterion == .accuracy
      let text = score.map {
        isShare ? "\(Human.fixed(100 * $0, decimals: 1))%" : Human.fixed($0, decimals: 2)
      }
      bar?.finish("\(title): \(text ?? "collapsed")")
    case .failed(_, let message): bar?.finish("\(title) failed: \(message)")
    case .endedSupervised: bar?.finish("\(title): done")
    case .known: break
    }
  }

  func dismiss() { bar?.dismiss() }

  private func begin(_ title: String) {
    self.title = title
    bar = TrainingBar(title, quiet: quiet)
  }
}

/// A time as it is typed: `90s`, `30m` or `2h`.
struct TimeSpan: ExpressibleByArgument {
  var seconds: Double

  init(seconds: Double) { self.seconds = seconds }

  init?(argument: String) {
    let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600]
    guard let last = argument.last, let unit = units[last],
      let number = Double(argument.dropLast()), number.isFinite, number > 0
    else { return nil }
    seconds = number * unit
  }

  var argumentText: String {
    let whole = Int(seconds)
    return whole % 3600 == 0 ? "\(whole / 3600)h" : whole % 60 == 0 ? "\(whole / 60)m" : "\(whole)s"
  }

  static var expectation: String { "a time such as 90s, 30m or 2h" }
}
