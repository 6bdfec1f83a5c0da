import CommandLineKit
import Foundation
import Glean

/// What concerns image sets alone.
struct DataCommand: CommandGroup {
  static let configuration = CommandConfiguration(
    name: "data", abstract: "Look at an image set before anything is trained on it, or fetch one.",
    examples: [
      ("glean data describe photos", "What was found, and how it was understood."),
      ("glean data fetch cifar10", "Download a published set."),
    ],
    subcommands: [DataDescribe.self, DataFetch.self])
}

struct DataDescribe: Command {
  static let configuration = CommandConfiguration(
    name: "describe", abstract: "Say what an image set holds and how it was understood.",
    discussion: """
      Class folders, tables (labels.csv), lists of objects (COCO, Pascal VOC), images/ with masks/, \
      arrays and tar files are told apart by what lies at the path. What cannot be read is listed \
      with the reason.
      """,
    examples: [
      ("glean data describe photos", "Layout, classes and their counts, sizes, what was skipped."),
      ("glean data describe labels.csv --json", "The same for a script."),
      ("glean data describe photos --out sheet.png", "With a picture of some images."),
    ])

  @OptionGroup(title: "Images") var source: ImageOptions
  @Flag(help: "Print JSON.") var json = false
  @Option(help: "A picture of some images to write, .png.", completion: .file) var out: String?
  @Option(help: "How many images are in the picture.") var count = 96
  @Option(help: "Decides which images.") var seed: UInt64 = 0
  @Flag(short: "q", help: "Show no progress.") var quiet = false

  func validate() throws {
    if count < 1 { throw UsageError("--count is \(count); give 1 or more") }
    guard let out else { return }
    if !out.lowercased().hasSuffix(".png") {
      throw UsageError("--out is '\(out)'; only .png is written")
    }
    try checkFolder(of: out)
  }

  func run() throws {
    let (images, report) = try source.openWithReport(quiet: quiet, isBrief: true)
    let description = DataDescription(images, report)
    if let out {
      var generator = SeededGenerator(seed: seed)
      let chosen = generator.shuffled(Array(0..<images.count)).prefix(count).sorted()
      let sheet = try ContactSheet(of: images, indices: chosen)
      try ImageFile.write(sheet.pixels, width: sheet.width, height: sheet.height, to: out)
    }
    if json {
      try printJSON(description)
    } else {
      print(description.text, terminator: "")
    }
  }
}

/// The facts of an image set.
struct DataDescription: Encodable {
  struct Target: Encodable {
    var name: String
    /// Images of each split; for masks, those that show the class.
    var images: [String: Int]
  }

  /// Images that show nearly the same: see `NearDuplicates`.
  struct Duplicates: Encodable {
    /// Images of each split with a near-duplicate in it.
    var within: [String: Int]
    /// Training images with a near-duplicate in validation or test.
    var across: Int
    /// The pairs most alike, those across splits first.
    var pairs: [Pair]

    struct Pair: Encodable {
      var first: String
      var second: String
      /// Mean absolute difference of the small images, in grey levels.
      var difference: Double
    }

    init(_ store: ImageStore) {
      let splits = store.splits
      let duplicates = NearDuplicates(in: store)
      within = Split.allCases.reduce(into: [:]) {
        if splits.contains($1) { $0[$1.rawValue] = duplicates.count(within: $1) }
      }
      across = duplicates.trainingImagesElsewhere
      let isAcross = { (pair: NearDuplicates.Pair) in splits[pair.first] != splits[pair.second] }
      let ordered =
        duplicates.pairs.filter(isAcross) + duplicates.pairs.filter { !isAcross($0) }
      pairs = ordered.prefix(5).map {
        Pair(
          first: store.paths[$0.first], second: store.paths[$0.second], difference: $0.difference)
      }
    }
  }

  var path: String
  var layout: String
  var notes: [String]
  var task: String
  /// Images of each split.
  var images: [String: Int]
  /// Of them those with something to predict.
  var labelled: [String: Int]
  var targets: [Target]
  /// Training images of the most frequent class over those of the rarest; nil without classes, and
  /// for masks.
  var imbalance: Double?
  /// Smallest, median and largest number to predict.
  var values: [Double]?
  var groups: Int?
  /// Width × height of the originals, the most frequent first, with how many have it.
  var sizes: [String: Int]
  var stored: String
  var channels: Int
  /// What became 0 and 255 in each channel, where images have more than 8 bits.
  var ranges: [PixelRange]?
  var duplicates: Duplicates
  var skipped: [SkippedImage]

  init(_ store: ImageStore, _ report: BuildReport) {
    path = store.root
    layout = report.layout.rawValue
    notes = report.notes
    task = store.task.rawValue
    let members = Self.members(of: store)
    images = Self.counts(Array(0..<store.count), store)
    labelled = Self.counts((0..<store.count).filter { members[$0] != nil }, store)
    var byClass = [[Int]](repeating: [], count: store.classes.count)
    if store.task != .values {
      for (image, classes) in members.enumerated() {
        for index in classes ?? [] { byClass[index].append(image) }
      }
    }
    targets = zip(store.classes, byClass).map { Target(name: $0, images: Self.counts($1, store)) }
    let training = targets.compactMap { $0.images[Split.train.rawValue] }
    if store.task != .masks, training.count == targets.count, let most = training.max(),
      let least = training.min()
    {
      imbalance = Double(most) / Double(least)
    }
    let numbers = store.values.compactMap(\.self).sorted()
    if let first = numbers.first, let last = numbers.last {
      values = [first, numbers[numbers.count / 2], last]
    }
    groups = store.groups.map { Set($0).count }
    sizes = Dictionary(
      zip(store.originalWidths, store.originalHeights).map { ("\($0)×\($1)", 1) },
      uniquingKeysWith: +)
    stored = "\(store.width)×\(store.height)"
    channels = store.channels
    ranges = store.ranges
    duplicates = Duplicates(store)
    skipped = store.skipped
  }

  /// The classes of each image; nil where there is nothing to predict, empty for a number.
  private static func members(of store: ImageStore) -> [[Int]?] {
    switch store.task {
    case .none: Array(repeating: nil, count: store.count)
    case .classes: store.labels.map { $0.map { [$0] } }
    case .tags: store.tags
    case .values: store.values.map { $0.map { _ in [] } }
    case .masks:
      (0..<store.count).map { image in
        var isSeen = [Bool](repeating: false, count: 256)
        for value in store.mask(at: image) ?? [] { isSeen[Int(value)] = true }
        return store.classes.indices.filter { isSeen[$0] }
      }
    }
  }

  private static func counts(_ images: [Int], _ store: ImageStore) -> [String: Int] {
    images.reduce(into: [:]) { $0[store.splits[$1].rawValue, default: 0] += 1 }
  }

  /// Four digits, or all of a whole number.
  private static func short(_ number: Double) -> String {
    if number == number.rounded() && abs(number) < 1e9 { return String(Int(number)) }
    return String(format: "%.4g", number)
  }

  /// For a person.
  var text: String {
    let splits = Split.allCases.map(\.rawValue).filter { images[$0] != nil }
    func list(_ counts: [String: Int]) -> String {
      splits.map { "\(Human.count(counts[$0] ?? 0)) \($0)" }.joined(separator: ", ")
    }
    var facts = [("path", path), ("layout", layout)] + notes.map { ("", $0) }
    facts += [("images", list(images)), ("task", task)]
    if task != ImageTask.none.rawValue { facts.append(("labelled", list(labelled))) }
    if let imbalance {
      facts.append(("imbalance", "\(Human.fixed(imbalance, decimals: 1)) to 1 in train"))
    }
    if let values {
      facts.append(("values", "\(values[0]) to \(values[2]), median \(values[1])"))
    }
    if let groups { facts.append(("groups", Human.count(groups))) }
    let ordered = sizes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let shown = ordered.prefix(4).map { "\($0.key) (\(Human.count($0.value)))" }
    facts.append(
      (
        "sizes",
        shown.joined(separator: ", ")
          + (ordered.count > 4 ? " and \(ordered.count - 4) others" : "")
      ))
    facts.append(("stored", "\(stored), \(colours(channels))"))
    if let ranges {
      let list = ranges.map { "\(Self.short($0.low)) to \(Self.short($0.high))" }
      let isOne = Set(list).count == 1
      facts.append(
        (
          "range",
          (isOne ? list[0] : list.joined(separator: "; "))
            + (isOne ? "" : " (channel by channel)") + " became 0 to 255"
        ))
    }
    let isSplit = images.count > 1
    facts.append(
      (
        "duplicates",
        "nearly alike: \(list(duplicates.within))"
          + (isSplit ? "; \(Human.count(duplicates.across)) train beside another split" : "")
      ))
    facts += duplicates.pairs.map {
      ("", "\($0.first) and \($0.second): \(Human.fixed($0.difference, decimals: 1)) grey levels")
    }
    facts.append(("skipped", Human.count(skipped.count, "file")))
    facts += skipped.prefix(10).map { ("", "\($0)") }
    if skipped.count > 10 { facts.append(("", "and \(skipped.count - 10) more")) }
    var text = ""
    for (name, fact) in facts {
      text += name.padding(toLength: 11, withPad: " ", startingAt: 0) + fact + "\n"
    }
    if targets.isEmpty { return text }
    var table = Table([task == ImageTask.tags.rawValue ? "tag" : "class"] + splits)
    for target in targets {
      table.add([target.name] + splits.map { Human.count(target.images[$0] ?? 0) })
    }
    return text + "\n" + table.render()
  }
}
