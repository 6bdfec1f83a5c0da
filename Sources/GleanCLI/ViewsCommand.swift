import CommandLineKit
import Foundation
import Glean

struct ViewsCommand: Command {
  static let configuration = CommandConfiguration(
    name: "views", abstract: "Draw the augmented views a method sees, so that you can judge them.",
    discussion: """
      A row an image: the image itself, then views of it. What a person can no longer recognise, a \
      network will hardly learn from.
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
  @Flag(help: "Instead of views, draw what the robustness test does to images, side by side.")
  var corruptions = false
  @Flag(short: "q", help: "Show no progress.") var quiet = false

  func validate() throws {
    if rows ?? 1 < 1 || columns < 1 { throw UsageError("--rows and --columns take 1 or more") }
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
    let plan = try misuse { () -> ViewPlan in
      guard let task = try Registry.task(method) else {
        throw UsageError("'\(method)' sees no views: it does not train")
      }
      return try task.views(
        changing: typedSettings(settings), imageSize: size, adjustment: adjustment)
    }
    if !quiet { for line in plan.summary { note(line) } }
    let repeats = (columns + plan.count - 1) / plan.count
    let whole = ViewPlan(Array(repeating: plan.groups, count: repeats).flatMap { $0 })
    let drawn = Augmenter(store: store, plan: whole, seed: seed).views(of: chosen, step: 0)
    return ViewSheet(drawn, of: store)
  }

  private func corruptionSheet(of chosen: [Int], _ store: DeviceStore, size: Int) -> ViewSheet {
    if !quiet {
      let names = Corruption.allCases.map(\.rawValue).joined(separator: ", ")
      note("Rows: \(names).\nColumns of each image: clean, then severity 1 to 5.")
    }
    return ViewSheet(corrupting: chosen, of: store, size: size, seed: seed)
  }
}
