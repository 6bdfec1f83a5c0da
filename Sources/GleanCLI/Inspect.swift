public import CommandLineKit
import Foundation
public import Glean

struct Inspect: Command {
  static let configuration = CommandConfiguration(
    name: "inspect", abstract: "Show what pretrained networks have learnt, in one HTML page.",
    discussion: """
      How many directions features use, what is near to what, where networks look, what is known at \
      which depth, what can be read beyond the class, and whether texture or shape tells it. Give \
      several networks to see them side by side. Chapters that need classes are left out where the \
      images have none. What a method paints of hidden parts and what it gathers about prototypes is \
      shown of runs that still have their checkpoint.

      Of a study, every row at its largest size is looked at with the study's test images, beside the \
      next seed and the smallest size; the page goes into its folder and, in short, into its report.
      """,
    examples: [
      ("glean inspect glean-simclr-photos --images photos", "Writes inspect.html."),
      (
        "glean inspect random glean-simclr-photos glean-mae-photos --images photos",
        "Two methods beside untrained weights."
      ),
      (
        "glean inspect glean-study-photos",
        "What the methods of a study have learnt, as a chapter of its report."
      ),
      (
        "glean inspect dino.pth --images photos --only geometry,maps",
        "Two chapters, of another library's weights."
      ),
    ])

  @Argument(
    help: "The folder of a study; or runs of 'glean pretrain', .safetensors, .pth or .pt files of "
      + "other libraries, or 'random' for untrained weights of the first one's network.",
    completion: .file)
  var weights: [String]
  @Option(
    help:
      "The images to look with: a folder, a table or arrays, as for 'glean pretrain'; by default "
      + "those of the study.",
    completion: .file)
  var images: String?
  @Option(
    help: "The page to write; by default inspect.html, of a study in its folder.",
    completion: .file)
  var out: String?
  @Option(help: "Chapters to make; by default all.") var only = Inspection.Chapter.allCases
  @Flag(help: "Print the figures as JSON too.") var json = false
  @OptionGroup var storing: StoringOptions
  @Option(help: "Side of the images in pixels; by default what each network was made for.")
  var imageSize: Int?
  @Flag(help: "Take what fits of weights; what does not stays random, and is said.")
  var partial = false
  @Option(help: "Decides random weights and what is drawn: samples, views, starts of clusters.")
  var seed: UInt64 = 0
  @OptionGroup(title: "Computing") var compute: ComputeOptions

  func validate() throws {
    if let out { try checkFolder(of: out) }
    if let study = weights.first(where: Self.isStudy) {
      if weights.count > 1 {
        throw UsageError("\(study) is a study; give it alone, or the runs in its folder one by one")
      }
      if imageSize != nil || out != nil || partial {
        throw UsageError(
          "a study has its own image size and page; leave out --image-size, --out and --partial")
      }
      return
    }
    for path in weights where path != Self.random { _ = try weightsFile(path) }
    if images == nil {
      throw UsageError("--images is missing: give the images to look at the networks with")
    }
  }

  private static let random = "random"

  private static func isStudy(_ path: String) -> Bool {
    !StudyFolder(URL(filePath: path)).parts.isEmpty
  }

  func run() throws {
    let device = try compute.start()
    if let folder = weights.first, Self.isStudy(folder) {
      try inspectStudy(folder, on: device)
      return
    }
    guard let images else { throw UsageError("--images is missing") }
    let store = try storing.open(images, quiet: compute.quiet).store
    let data = try InspectedImages(
      store, device: device, precision: (compute.precision ?? .best(on: device)).dtype, seed: seed)
    let dataset = URL(filePath: images).standardizedFileURL.lastPathComponent
    let inspection = try Inspector(try networks(for: store, on: device), with: data)
      .inspect(Set(only), dataset: dataset, compute)
    let page = out ?? "inspect.html"
    try InspectionPage.write(
      inspection, settings: .init(command: commandLine, gleanVersion: gleanVersion), to: page)
    try show(inspection, page)
  }

  /// Looks at the networks of a study with its images.
  private func inspectStudy(_ path: String, on device: Device) throws {
    let (folder, plan, results) = try openStudy(path)
    guard let images = try images ?? StudyReport.imagesPath(results) else {
      throw UsageError("\(path) does not say where its images are; give --images")
    }
    guard images != self.images || FileManager.default.fileExists(atPath: images) else {
      throw UsageError("--images is '\(images)', but there is no such file or folder")
    }
    let store = try storing.open(images, quiet: compute.quiet).store
    let study = StudyInspection(
      folder: folder, plan: plan, results: results,
      data: try StudyData(store, device: device), chapters: Set(only), seed: seed,
      command: commandLine)
    try show(try study.make(compute), folder.inspectionPage.relativePath)
  }

  private func show(_ inspection: Inspection, _ page: String) throws {
    if json {
      try printJSON(inspection)
    } else {
      print(page)
    }
  }

  /// The networks, each under a name of its own.
  private func networks(for store: ImageStore, on device: Device) throws -> [InspectedNetwork] {
    var spec: BackboneSpec?
    var loaded: [InspectedNetwork?] = []
    for path in weights {
      if path == Self.random {
        loaded.append(nil)
        continue
      }
      let network = try inspected(path, for: store, on: device)
      spec = spec ?? network.network.spec
      loaded.append(network)
    }
    var options = NetworkOptions()
    options.imageSize = imageSize
    let untrained = try spec ?? options.spec(for: store, on: device)
    let titles = Dictionary(grouping: loaded.compactMap { $0?.name }) { $0 }
    var names: [String: Int] = [:]
    return loaded.enumerated().map { place, network in
      var network =
        network
        ?? InspectedNetwork(
          name: "random weights",
          network: untrained.make(random: RandomStream(seed: seed &+ UInt64(place), "backbone")),
          imageSize: imageSize ?? untrained.imageSize, method: nil)
      // Runs of one method are told apart by their folders.
      if titles[network.name, default: []].count > 1 {
        let url = URL(filePath: weights[place])
        let isFile = url.lastPathComponent == Trainer.weightsName
        network.name =
          (isFile ? url.deletingLastPathComponent() : url.deletingPathExtension())
          .lastPathComponent
      }
      network.network.ready(on: device)
      let count = names[network.name, default: 0] + 1
      names[network.name] = count
      if count > 1 { network.name += " (\(count))" }
      return network
    }
  }

  /// A network with its weights, and what its run says of it.
  private func inspected(
    _ path: String, for store: ImageStore, on device: Device
  ) throws -> InspectedNetwork {
    let url = try weightsFile(path)
    let network = try Backbone.make(
      from: url, imageSize: imageSize, inputChannels: store.channels, partial: partial,
      random: RandomStream(seed: seed, "backbone")
    ) { if !$0.stayedRandom.isEmpty { $0.lines.forEach(note) } }
    let folder = url.deletingLastPathComponent()
    let isRun = url.lastPathComponent == Trainer.weightsName
    func text(_ name: String) -> String? {
      isRun ? try? String(contentsOf: folder.appending(path: name), encoding: .utf8) : nil
    }
    let settings = text(Trainer.configurationName).flatMap {
      try? JSONDecoder().decode(RunConfiguration.self, from: Data($0.utf8))
    }
    let method =
      settings?.method ?? (try? WeightsFile.read(url))?.metadata["glean.method"]
    let card = method.flatMap { try? Registry.card($0) }
    let views = try? method.flatMap { try Registry.task($0) }?.views(
      changing: settings?.options ?? [:], imageSize: network.spec.imageSize,
      adjustment: settings?.augment)
    var history = text(Trainer.metricsName).flatMap(TrainingHistory.init)
    history?.gap = text(Trainer.heldOutName).flatMap(LossGap.init)
    var inspected = InspectedNetwork(
      name: card?.title ?? (isRun ? folder : url.deletingPathExtension()).lastPathComponent,
      network: network, imageSize: imageSize ?? network.spec.imageSize, method: card?.title,
      ignored: views.map(MadeFactor.ignored) ?? [],
      history: history)
    if let method, only.contains(.maps) {
      inspected.addTask(
        of: method, from: isRun ? folder : nil, channels: store.channels, device: device)
    }
    return inspected
  }
}

extension Inspection.Chapter: ExpressibleByArgument {}
