import CommandLineKit
import Foundation
import Glean

struct Compare: Command {
  static let configuration = CommandConfiguration(
    name: "compare",
    abstract: "Compare methods on your labelled images: methods × sizes × seeds, one report.",
    discussion: """
      Every method gets the same images, network, budget and seeds; random weights, raw pixels and \
      supervised training stand beside it. Judged on a test split (test/ if there is one, else a \
      fifth of the images) by linear probe, nearest neighbours and from a few labels, and by other \
      --protocols. Ctrl-C stops safely; the same command goes on, and makes no run twice; with more \
      methods, sizes, seeds or protocols it makes what is missing.

      With --pretrain A --downstream B the methods are pretrained on A as well as on B, and all are \
      judged on B, with all its labels unless --labels says how many.
      """,
    examples: [
      ("glean compare photos", "Sizes, steps and network fitted to the images and this machine."),
      (
        "glean compare photos --sizes 500,5000 --seeds 5 --steps 800",
        "Two sizes, five seeds, 800 steps a run."
      ),
      (
        "glean compare photos --methods decorrelation,byol",
        "A family and a method; the baselines come by themselves."
      ),
      ("glean compare photos --labels 50", "Pretrain on all images, judge with 50 labels."),
      (
        "glean compare photos --init resnet18.pth --backbone resnet18",
        "Against general weights: frozen, fine-tuned, and pretrained further."
      ),
      (
        "glean compare photos --protocols few-shot,fine-tune,corruptions",
        "Also few labels, fine-tuning, and robustness to noise and blur."
      ),
      (
        "glean compare --pretrain photos --downstream cells --downstream tiles",
        "Transfer: pretrained on photos, beside pretraining on each set itself."
      ),
      (
        "glean compare photos --steps 800 --shard 1/2",
        "Half of the runs; another machine makes --shard 2/2, and 'glean study merge' joins them."
      ),
    ])

  @Argument(
    help: "A folder of labelled images, to pretrain on and to judge on; or use --pretrain and "
      + "--downstream.", completion: .folder)
  var images: String?
  @OptionGroup(title: "Transfer") var transfer: TransferOptions
  @Option(
    help: "Methods, families or 'all', beside the baselines random, pixels and supervised; by "
      + "default simclr.")
  var methods: [String] = []
  @Flag(help: "Leave out the baselines that --methods does not name.") var bare = false
  @Option(help: "Numbers of images to pretrain on; by default a tenth, a third and all.")
  var sizes: [Int] = []
  @Option(help: "Labelled images downstream: all (of those pretrained on) or a number.")
  var labels: String?
  @Option(
    help: "What to judge by, beside the linear probe: knn, sgd, few-shot, fractions, fine-tune, "
      + "corruptions, imbalanced, label-noise; by default knn,few-shot.")
  var protocols: [DownstreamProtocol] = []
  @Option(help: "How much classes count in the linear probe: every image alike, or every class.")
  var classWeights = LinearProbe.ClassWeighting.none
  @Option(help: "How many seeds; by default 3.") var seeds: Int?
  @Option(help: "Optimiser steps of each run.") var steps: Int?
  @Option(help: "Passes over the images of each run, instead of --steps.") var epochs: Int?
  @Option(help: "Minutes for the whole comparison, from which steps follow if not given.")
  var minutes = 30
  @Option(
    name: "set", valueName: "method.name=value",
    help: "A method's option, such as simclr.temperature=0.5.")
  var settings: [String] = []
  @Option(
    valueName: "n/m",
    help: "Make only the n-th of m parts of the runs, such as 3/8; 'glean study merge' joins them.")
  var shard: StudyShard?
  @Option(help: "Folder of the study; by default glean-study-IMAGES.", completion: .folder)
  var out: String?
  @Flag(help: "Also show what the networks have learnt, as 'glean inspect' does of the study.")
  var inspect = false
  @Flag(help: "Print the summary as JSON.") var json = false
  @OptionGroup(title: "Views") var views: AugmentOptions
  @OptionGroup(title: "Network") var network: NetworkOptions
  @OptionGroup(title: "General weights") var general: GeneralOptions
  @OptionGroup(title: "Computing") var compute: ComputeOptions
  @OptionGroup(title: "Computing") var processes: JobOptions

  func validate() throws {
    if epochs != nil && steps != nil { throw UsageError("give --epochs or --steps, not both") }
    for (name, value) in [("steps", steps), ("epochs", epochs), ("seeds", seeds)] {
      if let value, value < 1 { throw UsageError("--\(name) is \(value); give 1 or more") }
    }
    if minutes < 1 { throw UsageError("--minutes is \(minutes); give 1 or more") }
    if let seeds, seeds > StudyRequest.mostSeeds {
      throw UsageError("--seeds is \(seeds); give at most \(Human.count(StudyRequest.mostSeeds))")
    }
    if (images == nil) == (transfer.pretrain == nil) {
      throw UsageError("give a folder of images, or --pretrain A --downstream B")
    }
    if transfer.pretrain != nil && shard != nil {
      throw UsageError(
        "--shard and --pretrain do not go together, as the sets share runs; give one set of images")
    }
    if transfer.pretrain != nil && labels == "all" {
      throw UsageError(
        "--labels all means as many as are pretrained on, which transfer does not know; give a "
          + "number, or leave it out for all labels of the set")
    }
    _ = try request()
  }

  func run() throws {
    var maker = StudyMaker(on: try compute.start(), compute)
    maker.request = try request()
    (maker.isBare, maker.transferSizes) = (bare, transfer.sizes)
    (maker.views, maker.network, maker.general) = (views, network, general)
    (maker.shard, maker.classWeights) = (shard, classWeights)
    maker.jobs = Jobs(processes.jobs)
    defer { maker.jobs.stop() }
    if let images {
      let set = try ComparedSet(images, transfer.storing, maker.device, quiet: compute.quiet)
      let folder = StudyFolder(URL(filePath: out ?? "glean-study-\(set.name)"))
      let plan = try maker.plan(of: set, in: folder)
      try maker.keep(plan, in: folder)
      try maker.jobs.start()
      let summary = try study(maker, plan, set, in: folder)
      if Jobs.isOther { return }
      if json { try printJSON(summary) }
    } else {
      let summaries = try transferStudies(maker)
      if json { try printJSON(summaries) }
    }
  }

  /// Makes or continues a study of each downstream set, all from the one set to pretrain on.
  private func transferStudies(_ maker: StudyMaker) throws -> [StudySummary] {
    guard let path = transfer.pretrain else { throw UsageError("give a folder of images") }
    let source = try ComparedSet(
      pretrainingOn: path, transfer.storing, maker.device, quiet: compute.quiet)
    let sets = try transfer.downstream.map {
      try ComparedSet($0, transfer.storing, maker.device, quiet: compute.quiet)
    }
    let names = sets.map(\.name)
    guard Set(names + [source.name]).count == sets.count + 1 else {
      throw UsageError(
        "the sets are called \(([source.name] + names).joined(separator: ", ")); give folders of "
          + "different names, none twice")
    }
    let folder = URL(
      filePath: out ?? "glean-study-\(source.name)-to-\(names.joined(separator: "-"))")
    try misuse { try StudyFolder(folder).refuseHiding(ofParts: false) }
    var maker = maker
    maker.request.minutes /= Double(sets.count)
    maker.source = source
    maker.runs = folder.appending(path: "runs")
    let folders = sets.map { StudyFolder(folder.appending(path: $0.name)) }
    let plans = try zip(sets, folders).map { set, folder in
      let plan = try maker.plan(of: set, in: folder)
      try maker.keep(plan, in: folder)
      return plan
    }
    try maker.jobs.start()
    let summaries = try sets.indices.map { place in
      compute.note("\n\(source.name) → \(sets[place].name)")
      return try study(maker, plans[place], sets[place], in: folders[place])
    }
    if Jobs.isOther { return summaries }
    let page = folder.appending(path: "report.html")
    try TransferReport.write(summaries, source: source.name, to: page)
    if !json {
      print(TransferReport.text(summaries, source: source.name), terminator: "")
      print("\nReport: \(page.path)")
    }
    return summaries
  }

  /// Makes or continues a study and shows what came of it.
  private func study(
    _ maker: StudyMaker, _ plan: StudyPlan, _ set: ComparedSet, in folder: StudyFolder
  ) throws -> StudySummary {
    var made = try maker.make(plan, of: set, in: folder)
    if Jobs.isOther { return made.part.summary }
    made = try maker.finish(made, plan, of: set, in: folder)
    if inspect && !made.part.summary.rows.isEmpty {
      try Interrupt.check(hint: "all runs are kept; the same command goes on with the inspection")
      // Nothing looks at the flag while networks are inspected: Ctrl-C ends it at once.
      Interrupt.uninstall()
      _ = try StudyInspection(
        folder: folder, plan: made.part.plan, results: ResultStore(path: folder.results.path),
        data: set.data, command: "glean inspect \(ShellWord.quoted(folder.url.relativePath))"
      ).make(compute)
    }
    if !json {
      print(TextReport.render(made.part.summary), terminator: "")
      print("\nReport: \(folder.report.path)")
    }
    if let shard, let missing = made.missing {
      compute.note(
        "Shard \(shard.rawValue) is done. \(missing) To join what other machines make: glean study "
          + "merge \(folder.url.relativePath) OTHER…")
    }
    if made.isBarren { throw StudyError.run("no run succeeded; see the messages above") }
    return made.part.summary
  }

  /// What was asked for on the command line.
  private func request() throws -> StudyRequest {
    var request = StudyRequest()
    request.methods = methods.isEmpty ? nil : methods
    request.protocols = protocols.isEmpty ? nil : protocols
    request.sizes = sizes.isEmpty ? nil : sizes
    request.seeds = seeds
    request.minutes = Double(minutes)
    request.budget = epochs.map { .epochs($0) } ?? steps.map { .steps($0) }
    switch labels {
    case nil: break
    case "all": request.labels = .allLabelled
    case .some(let text):
      // Which numbers will do depends on the images.
      guard let count = Int(text) else {
        throw UsageError("--labels is '\(text)'; give a number, or 'all'")
      }
      request.labels = .fewLabels(count)
    }
    try misuse {
      for word in methods where word != "all" && Family(rawValue: word) == nil {
        _ = try Registry.card(word)
      }
      for (key, value) in try typedSettings(settings) {
        let parts = key.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2 else {
          throw UsageError("--set '\(key)' is not METHOD.NAME=VALUE, as simclr.temperature=0.5")
        }
        try Registry.task(parts[0])?.check([parts[1]: value])
        request.options[parts[0], default: [:]][parts[1]] = value
      }
    }
    return request
  }
}
