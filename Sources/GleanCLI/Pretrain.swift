import CommandLineKit
import Foundation
import Glean

struct Pretrain: Command {
  static let configuration = CommandConfiguration(
    name: "pretrain", abstract: "Pretrain a backbone on a folder of images, without labels.",
    discussion: """
      Writes backbone.safetensors (torchvision or timm names), README.md (a model card), metrics.csv, \
      run.json and, where there is a val/ or test/, their loss in held_out.csv into --out. Ctrl-C leaves a checkpoint there; the same command goes on from it.
      """,
    examples: [
      ("glean pretrain photos", "SimCLR on a ResNet-18 that fits this machine."),
      (
        "glean pretrain photos --epochs 200 --backbone resnet18 --out runs/photos",
        "A full-width ResNet-18 for 200 epochs."
      ),
      ("glean pretrain photos --set temperature=0.5", "With another temperature."),
      (
        "glean pretrain photos --init resnet50.pth --method byol",
        "Go on from weights pretrained elsewhere, which decide the network."
      ),
    ])

  @OptionGroup(title: "Images") var source: ImageOptions
  @Option(help: "The method; see 'glean methods'.") var method = "simclr"
  @Option(help: "Passes over the images.") var epochs: Int?
  @Option(help: "Optimiser steps; by default 1000, unless --epochs is given.") var steps: Int?
  @Option(
    name: "set", valueName: "name=value", help: "A method's option; see 'glean methods NAME'.")
  var settings: [String] = []
  @Option(help: "Folder of the run; by default glean-METHOD-IMAGES.", completion: .folder)
  var out: String?
  @Option(help: "Seed of initialisation, order and augmentation.") var seed: UInt64 = 0
  @Flag(help: "Print the result as JSON.") var json = false
  @OptionGroup(title: "Views") var views: AugmentOptions
  @OptionGroup(title: "Network") var network: NetworkOptions
  @OptionGroup(title: "Weights to begin with") var initial: InitialOptions
  @OptionGroup(title: "Computing") var compute: ComputeOptions

  func validate() throws {
    if epochs != nil && steps != nil { throw UsageError("give --epochs or --steps, not both") }
    if let count = epochs ?? steps, count < 1 {
      throw UsageError("--\(epochs == nil ? "steps" : "epochs") is \(count); give 1 or more")
    }
  }

  func run() throws {
    let device = try compute.start()
    let options = try misuse { try parse(settings, of: method) }
    let images = try source.open(quiet: compute.quiet)
    let training = images.indices(of: .train)
    let backbone =
      network.backbone == nil
      ? try initial.spec(for: images, network, on: device)
      : try network.spec(for: images, on: device)
    try initial.check(backbone, note: compute.note)
    var configuration = RunConfiguration(
      method: method, options: options, backbone: backbone, initial: try initial.weights(),
      imageSize: network.size(for: images, on: device), batch: network.batch,
      budget: epochs.map { .epochs($0) } ?? .steps(steps ?? 1000), recipe: network.recipe,
      seed: seed, precision: compute.precision ?? .best(on: device))
    let folder = URL(
      filePath: out ?? "glean-\(method)-\(URL(filePath: images.root).lastPathComponent)")
    guard training.count >= 2 else {
      throw UsageError(
        "\(images.root): found \(Human.count(training.count, "image")) to train on; give at least two"
      )
    }
    var store = DeviceStore(images, training: training, device: device)
    configuration.augment = views.adjustment(for: store, training: training, note: compute.note)
    var indices = training
    if try misuse({ try Registry.card(method) }).usesLabels,
      let targets = Targets(images, learntFrom: training)
    {
      store.targets = targets
      indices = training.filter {
        images.tags[$0] != nil || images.values[$0] != nil || images.hasMask(at: $0)
      }
    }
    var trainer = Trainer(
      configuration, store: store, indices: indices,
      classCount: images.task == .masks && store.targets == nil ? 0 : images.classes.count,
      folder: folder)
    trainer.imagesName = URL(filePath: images.root).lastPathComponent
    trainer.imagesHash = images.contentHash
    trainer.heldOut = images.indices(of: .validation) + images.indices(of: .test)
    compute.note(
      "\(method) on \(configuration.backbone.id), \(device), \(configuration.precision.rawValue)")

    Interrupt.install()
    let bar = TrainingBar("Pretraining", quiet: compute.quiet)
    defer { bar.dismiss() }
    let outcome = try misuse {
      try trainer.run(report: bar.show, shouldStop: { Interrupt.isRequested })
    }
    let seconds = Human.duration(seconds: outcome.seconds)
    guard outcome.isFinished else {
      bar.finish("Stopped at step \(outcome.step)")
      throw Interrupted(hint: "\(folder.path) holds a checkpoint; the same command goes on from it")
    }
    let isNew = outcome.sitting.images > 0
    bar.finish(isNew ? "Pretrained in \(seconds)" : "Nothing to do: this run was finished before")
    if outcome.health?.isCollapsed == true {
      compute.note(
        "The features have collapsed: they say nearly the same of every image. Try another method, "
          + "a larger batch or --recipe short.")
    }
    let weights = folder.appending(path: Trainer.weightsName).path
    if json {
      try printJSON([
        "weights": JSONValue.string(weights), "seconds": .number(outcome.seconds),
        "steps": .number(Double(outcome.step)),
        "images_per_second": .number(Double(outcome.sitting.images) / outcome.sitting.seconds),
        "recipe": .string(outcome.recipe.source),
        "collapsed": .bool(outcome.health?.isCollapsed ?? false),
      ])
    } else {
      print(weights)
      if images.task == .classes {
        let words = [source.images, "--weights", folder.relativePath].map(ShellWord.quoted)
        compute.note("Next: glean evaluate \(words.joined(separator: " "))")
      }
    }
  }

  /// Reads `name=value` settings and checks them against the method's options.
  private func parse(_ settings: [String], of method: String) throws -> [String: JSONValue] {
    let options = try typedSettings(settings)
    guard let task = try Registry.task(method) else {
      throw UsageError("'\(method)' is a baseline that does not train; see 'glean methods'")
    }
    try task.check(options)
    return options
  }
}

/// Reads `name=value` as typed.
func typedSettings(_ settings: [String]) throws -> [String: JSONValue] {
  var options: [String: JSONValue] = [:]
  for setting in settings {
    let parts = setting.split(separator: "=", maxSplits: 1)
    guard parts.count == 2 else {
      throw UsageError("--set '\(setting)' is not name=value, for example temperature=0.5")
    }
    options[String(parts[0])] = JSONValue(typed: String(parts[1]))
  }
  return options
}
