import CommandLineKit
import Foundation
import Glean

struct Compare: Command {
  static let configuration = CommandConfiguration(
    name: "compare",
    abstract: "Compare methods on your labelled images: methods × sizes × seeds, one report.",
    discussion: """
      Every method gets the same images, network, budget and seeds; random weights and supervised \
      training stand beside it. Judged by linear probe and nearest neighbours on a test split \
      (test/ if there is one, else a fifth of the images). Ctrl-C stops safely; the same command \
      goes on, and makes no run twice; with more methods, sizes or seeds it makes those that are \
      missing.
      """,
    examples: [
      ("glean compare photos", "Sizes, steps and network fitted to the images and this machine."),
      (
        "glean compare photos --sizes 500,5000 --seeds 5 --steps 800",
        "Two sizes, five seeds, 800 steps a run."
      ),
      (
        "glean compare photos --methods random,supervised,decorrelation,byol",
        "Baselines, a family and a method."
      ),
      ("glean compare photos --labels 50", "Pretrain on all images, judge with 50 labels."),
      (
        "glean compare photos --init resnet18.pth --backbone resnet18",
        "Against general weights: frozen, fine-tuned, and pretrained further."
      ),
    ])

  @OptionGroup(title: "Images") var source: ImageOptions
  @Option(
    help: "Methods, families or 'all', and baselines; by default random,supervised,simclr.")
  var methods: [String] = []
  @Option(help: "Numbers of images to pretrain on; by default a tenth, a third and all.")
  var sizes: [Int] = []
  @Option(help: "Labelled images downstream: all (of those pretrained on) or a number.")
  var labels: String?
  @Option(help: "How many seeds; by default 3.") var seeds: Int?
  @Option(help: "Optimiser steps of each run.") var steps: Int?
  @Option(help: "Passes over the images of each run, instead of --steps.") var epochs: Int?
  @Option(help: "Minutes for the whole comparison, from which steps follow if not given.")
  var minutes = 30
  @Option(
    name: "set", valueName: "method.name=value",
    help: "A method's option, such as simclr.temperature=0.5.")
  var settings: [String] = []
  @Option(help: "Folder of the study; by default glean-study-IMAGES.", completion: .folder)
  var out: String?
  @Flag(help: "Print the summary as JSON.") var json = false
  @OptionGroup(title: "Network") var network: NetworkOptions
  @OptionGroup(title: "General weights") var general: GeneralOptions
  @OptionGroup(title: "Computing") var compute: ComputeOptions

  func validate() throws {
    if epochs != nil && steps != nil { throw UsageError("give --epochs or --steps, not both") }
    for (name, value) in [("steps", steps), ("epochs", epochs), ("seeds", seeds)] {
      if let value, value < 1 { throw UsageError("--\(name) is \(value); give 1 or more") }
    }
    if minutes < 1 { throw UsageError("--minutes is \(minutes); give 1 or more") }
    _ = try request()
  }

  func run() throws {
    let device = try compute.start()
    let images = try source.open(quiet: compute.quiet)
    let name = URL(filePath: images.root).lastPathComponent
    let folder = StudyFolder(URL(filePath: out ?? "glean-study-\(name)"))
    try study(images, named: name, in: folder, on: device)
  }

  /// Makes or continues the study and shows what came of it.
  func study(_ images: ImageStore, named name: String, in folder: StudyFolder, on device: Device)
    throws
  {
    let data = try StudyData(images, device: device)
    let plan = try plan(named: name, data: data, in: folder, on: device)
    if let general = plan.general { try self.general.check(general, note: compute.note) }
    let results = try ResultStore(path: folder.results.path)
    try StudyReport.keepFacts(
      of: data, command: commandLine, in: results)
    let runner = StudyRunner(
      plan, data: data, folder: folder.url, results: results,
      environment: RunEnvironment(version: gleanVersion, commit: ""))
    let runs = try plan.runs()
    compute.note(
      "\(runs.count) runs of \(plan.budget) on \(plan.backbone.id), \(device), "
        + "\(plan.precision.rawValue); results in \(folder.url.relativePath)")

    Interrupt.install()
    let progress = StudyProgress(quiet: compute.quiet, runs: runs)
    defer { progress.dismiss() }
    let isComplete = try runner.run(
      report: progress.show, shouldStop: { Interrupt.isRequested })
    progress.end()
    let summary = try StudyReport.write(
      plan, results: results, gleanVersion: gleanVersion, to: folder)
    guard isComplete else {
      throw Interrupted(hint: "finished runs are kept; the same command goes on from here")
    }
    if json {
      try printJSON(summary)
    } else {
      print(TextReport.render(summary), terminator: "")
      print("\nReport: \(folder.report.path)")
    }
    if summary.rows.isEmpty { throw StudyError.run("no run succeeded; see the messages above") }
  }

  /// The plan that the folder holds, if it agrees with what is asked for; else a new one.
  private func plan(
    named name: String, data: StudyData, in folder: StudyFolder, on device: Device
  ) throws -> StudyPlan {
    let weights = try general.weights(for: data.images, network, on: device, note: compute.note)
    let base = StudyPlan(
      name: name, dataHash: data.images.contentHash, methods: [], sizes: [], labels: .allLabelled,
      seeds: [],
      backbone: network.backbone == nil
        ? try weights?.backbone ?? network.spec(for: data.images, on: device)
        : try network.spec(for: data.images, on: device), general: weights,
      imageSize: network.size(for: data.images, on: device), batch: network.batch,
      budget: .steps(0), recipe: network.recipe,
      precision: compute.precision ?? .best(on: device))
    var request = try request()
    request.methods = try misuse {
      let names = try Registry.names(
        request.methods ?? StudyRequest.defaultMethods, on: base.backbone)
      return try names + (weights == nil ? [] : general.rows(beside: names))
    }
    let before = try folder.load()
    // A budget that was measured when the study began stays what it was.
    if request.budget == nil { request.budget = before?.budget }
    let plan = try misuse {
      try StudyPlan.fitted(request, to: data, base: base) { method in
        compute.note("Measuring a step of \(method)…")
        return try Compare.secondsPerStep(method, base, data)
      }
    }
    if let before {
      if let difference = before.difference(from: plan) {
        return try misuse { throw StudyError.otherStudy(folder: folder.url.path, difference) }
      }
      if before == plan { return before }
    }
    try folder.save(plan)
    return plan
  }

  private static func secondsPerStep(
    _ method: String, _ base: StudyPlan, _ data: StudyData
  ) throws -> Double {
    try Trainer(
      base.configuration(of: method), store: data.store, indices: data.labelledPool,
      classCount: data.images.classes.count, folder: URL(filePath: "/dev/null")
    ).secondsPerStep()
  }

  /// What was typed, as it can be typed again.
  private var commandLine: String {
    let plain = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-_./=,:+@%"))
    let words = CommandLine.arguments.dropFirst().map { word in
      !word.isEmpty && word.unicodeScalars.allSatisfy(plain.contains)
        ? word : "'\(word.replacing("'", with: "'\\''"))'"
    }
    return (["glean"] + words).joined(separator: " ")
  }

  /// What was asked for on the command line.
  private func request() throws -> StudyRequest {
    var request = StudyRequest()
    request.methods = methods.isEmpty ? nil : methods
    request.sizes = sizes.isEmpty ? nil : sizes
    request.seeds = seeds
    request.minutes = Double(minutes)
    request.budget = epochs.map { .epochs($0) } ?? steps.map { .steps($0) }
    switch labels {
    case nil: break
    case "all": request.labels = .allLabelled
    case .some(let text):
      guard let count = Int(text), count > 0 else {
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
