import CommandLineKit
import Foundation
import Glean

struct ViewsCommand: Command {
  static let configuration = CommandConfiguration(
    name: "views", abstract: "Draw the augmented views a method sees, so that you can judge them.",
    discussion: """
      A row an image: the image itself, then views of it. What a person can no longer recognise, a \
      network will hardly learn from. Of methods that hide a part of a view from their network, as \
      MAE, each such view stands there twice: whole, and with what is hidden in grey.
      """,
    examples: [
      (
        "glean views photos --out views.png", "Eight images, eight views each, as SimCLR sees them."
      ),
      (
        "glean views photos --set colorStrength=1 --set blur=true",
        "With stronger colours and blur."
      ),
      (
        "glean views tiles --augment aerial --augment-set rotation=30",
        "Turned by up to 30 degrees, not by any angle."
      ),
      (
        "glean views photos --corruptions",
        "Two images under each corruption of the robustness test, from mild to strong."
      ),
    ])

  @OptionGroup(title: "Images") var source: ImageOptions
  @OptionGroup var views: AugmentOptions
  @Option(help: "Whose views.") var method = "simclr"
  @Option(name: "set", valueName: "name=value", help: "A method's option.")
  var settings: [String] = []
  @Option(help: "The picture to write.", completion: .file) var out = "views.png"
  @Option(help: "How many images; by default 8, with --corruptions 2.") var rows: Int?
  @Option(help: "How many views of each.") var columns = 8
  @Option(help: "Decides which images and views.") var seed: UInt64 = 0
  @Option(help: "Side of the views in pixels.") var imageSize: Int?
  @Option(help: "Side in pixels of the patches that a method hides; by default what ViTs have.")
  var patch: Int?
  @Flag(help: "Instead of views, draw what the robustness test does to images, side by side.")
  var corruptions = false
  @Flag(short: "q", help: "Show no progress.") var quiet = false

  func validate() throws {
    if rows ?? 1 < 1 || columns < 1 { throw UsageError("--rows and --columns take 1 or more") }
    if let patch, patch < 1 { throw UsageError("--patch is \(patch); give 1 or more") }
    if !out.lowercased().hasSuffix(".png") {
      throw UsageError("--out is '\(out)'; only .png is written")
    }
    try checkFolder(of: out)
  }

  func run() throws {
    let images = try source.open(quiet: quiet)
    let size = imageSize ?? min(images.height, images.width, 224)
    let training = images.indices(of: .train)
    let store = DeviceStore(images, training: training, device: .cpu)
    let order = RandomStream(seed: seed, "sheet").permutation(images.count).ints
    let chosen = Array(order.prefix(rows ?? (corruptions ? 2 : 8)))
    let sheet =
      try corruptions
      ? corruptionSheet(of: chosen, store, size: size)
      : viewSheet(of: chosen, store, training, size: size)
    try ImageFile.write(sheet.pixels, width: sheet.width, height: sheet.height, to: out)
    print(out)
  }

  private func viewSheet(
    of chosen: [Int], _ store: DeviceStore, _ training: [Int], size: Int
  ) throws -> ViewSheet {
    let adjustment = views.adjustment(for: store, training: training) { text in
      if !quiet { note(text) }
    }
    let options = try typedSettings(settings)
    let (task, plan) = try misuse { () -> (any PretextTask.Type, ViewPlan) in
      guard let task = try Registry.task(method) else {
        throw UsageError("'\(method)' sees no views: it does not train")
      }
      return (task, try task.views(changing: options, imageSize: size, adjustment: adjustment))
    }
    if !quiet { for line in plan.summary { note(line) } }
    let side =
      patch ?? (try? BackboneSpec(.vitMicro, imageSize: size))?.patch ?? size
    guard size % side == 0 else {
      throw UsageError("--patch is \(side), which does not divide the views' \(size) pixels")
    }
    /// What of a view is hidden; views of a plan that is repeated go on counting.
    func hidden(_ number: Int) throws -> Tensor? {
      let (place, sizes) = (number % plan.count, plan.views.map(\.size))
      return try misuse {
        try task.hidden(
          changing: options,
          in: MaskedView(
            number: place, count: chosen.count, size: sizes[place], patch: side,
            random: RandomStream(seed: seed, "mask", number)))
      }
    }
    let masks = try (0..<plan.count).compactMap(hidden)
    if patch != nil, !masks.contains(where: { $0.size(2) < size }) {
      throw UsageError("--patch: \(method) hides no patches")
    }
    if let mask = masks.first, !quiet {
      let patches = mask.size(2) < size ? "; patches of \(side) pixels" : ""
      note("Right of a view of which \(method) hides a part: the same with that in grey\(patches).")
    }
    let wanted = plan.count + masks.count
    let repeats = (columns + wanted - 1) / wanted
    let whole = ViewPlan(Array(repeating: plan.groups, count: repeats).flatMap { $0 })
    let drawn = Augmenter(store: store, plan: whole, seed: seed).views(of: chosen, step: 0)
    var parts: [Int: Tensor] = [:]
    for number in 0..<whole.count { parts[number] = try hidden(number) }
    return ViewSheet(drawn, of: store, hidden: parts)
  }

  private func corruptionSheet(of chosen: [Int], _ store: DeviceStore, size: Int) -> ViewSheet {
    if !quiet {
      let names = Corruption.allCases.map(\.rawValue).joined(separator: ", ")
      note("Rows: \(names).\nColumns of each image: clean, then severity 1 to 5.")
    }
    return ViewSheet(corrupting: chosen, of: store, size: size, seed: seed)
  }
}
