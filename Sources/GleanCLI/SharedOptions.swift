public import CommandLineKit
import Foundation
public import Glean
import Synchronization

/// Where images come from.
struct ImageOptions: ParsableArguments {
  @Argument(
    help: "A folder of images: CLASS/*.jpg, with or without train/, val/ and test/ above the "
      + "classes; images/ and masks/; or images alone, without labels. Or a table that lists images "
      + "(labels.csv in the folder, or any .csv, .tsv, .jsonl), or arrays (.npz).",
    completion: .file)
  var images: String

  @OptionGroup var storing: StoringOptions

  /// Opens the store, with a progress bar, and says on stderr what was found and skipped.
  func open(quiet: Bool) throws -> ImageStore { try openWithReport(quiet: quiet).store }

  /// The same, with what opening it took.
  /// - Parameter isBrief: says nothing of what was found and skipped, for who prints that himself.
  func openWithReport(
    quiet: Bool, isBrief: Bool = false
  ) throws -> (store: ImageStore, report: BuildReport) {
    try storing.open(images, quiet: quiet, isBrief: isBrief)
  }
}

/// What is made of the images of a set.
struct StoringOptions: ParsableArguments {
  @Option(help: "Pixels kept of each stored image's shorter side.")
  var storeSize = 256
  @Flag(
    help: "Leave out training images that show nearly the same as a test, validation or earlier "
      + "training image.")
  var dropDuplicates = false
  @Option(
    valueName: "low,high",
    help: "What becomes black and white in images of more than 8 bits; by default what a sample of "
      + "them has but for 0.5% at either end.")
  var range: String?

  func validate() throws {
    if storeSize < 8 { throw UsageError("--store-size is \(storeSize); give 8 or more") }
    _ = try limits()
  }

  /// `--range`, read.
  private func limits() throws -> ClosedRange<Double>? {
    guard let range else { return nil }
    let numbers = range.split(separator: ",", omittingEmptySubsequences: false)
      .map { Double($0).flatMap { $0.isFinite ? $0 : nil } }
    guard numbers.count == 2, let low = numbers[0], let high = numbers[1], low < high else {
      throw UsageError("--range is '\(range)'; give two numbers, the lower first: --range 0,4095")
    }
    return low...high
  }

  /// Opens the store of a folder of images, with a progress bar, and says on stderr what was found,
  /// skipped and left out.
  func open(
    _ path: String, quiet: Bool, isBrief: Bool = false
  ) throws -> (store: ImageStore, report: BuildReport) {
    let options = StoreOptions(maxShorterSide: storeSize, range: try limits())
    let progress = StoreProgress(quiet: quiet)
    let (store, report): (ImageStore, BuildReport)
    do {
      (store, report) = try ImageStore.open(
        path, options: options, progress: progress.show)
    } catch {
      progress.dismiss()
      switch error {
      case .noSuchPath, .notADirectory, .noImages, .severalSets: throw UsageError("\(error)")
      default: throw error
      }
    }
    progress.finish(store, report, isBrief: isBrief)
    guard dropDuplicates else { return (store, report) }
    let redundant = NearDuplicates(in: store).redundant
    if !quiet { note("\(Human.count(redundant.count, "near-duplicate")) left out of train") }
    return (store.leavingOut(redundant), report)
  }
}

/// What the channels of images are called.
func colours(_ channels: Int) -> String {
  channels == 1 ? "grey" : channels == 3 ? "colour" : "\(channels) channels"
}

/// Draws the decoding of images; nothing where a store is reused.
private final class StoreProgress: Sendable {
  private let quiet: Bool
  private let bar: Mutex<ProgressBar?> = Mutex(nil)

  init(quiet: Bool) { self.quiet = quiet }

  func show(_ done: Int, _ total: Int) {
    bar.withLock {
      if $0 == nil {
        $0 = ProgressBar("Reading images", total: total, unit: "images", quiet: quiet)
      }
      $0?.update(done: done)
    }
  }

  func dismiss() { bar.withLock { $0?.dismiss() } }

  func finish(_ store: ImageStore, _ report: BuildReport, isBrief: Bool) {
    if report.decoded > 0 {
      bar.withLock {
        $0?.finish(
          "Read \(Human.count(report.decoded, "image")) in "
            + Human.duration(seconds: report.seconds))
      }
    }
    if quiet || isBrief { return }
    let classes = Human.count(store.classes.count)
    let targets =
      switch store.task {
      case .none: "no labels"
      case .classes: "\(classes) classes"
      case .tags: "\(classes) tags"
      case .values: "a value each"
      case .masks: "masks of \(classes) classes"
      }
    note(
      "\(Human.count(store.count, "image")), \(targets), stored at \(store.width)×\(store.height) in "
        + colours(store.channels))
    if report.layout != .classFolders && report.layout != .imagesAlone {
      for text in report.notes { note(text) }
    }
    if !report.skipped.isEmpty {
      note("\(Human.count(report.skipped.count, "file")) skipped:")
      for skipped in report.skipped.prefix(10) { note("  \(skipped)") }
      if report.skipped.count > 10 { note("  and \(report.skipped.count - 10) more") }
    }
  }
}

/// How to compute.
struct ComputeOptions: ParsableArguments {
  @Option(help: "auto, cpu, cuda, cuda:N or mps.") var device = "auto"
  @Option(help: "Type of products and convolutions; by default bf16 where it is fast.")
  var precision: Precision?
  @Option(help: "Processor threads; by default all cores.") var threads: Int?
  @Flag(short: "q", help: "Show no progress.") var quiet = false

  func validate() throws {
    if let threads, threads < 1 { throw UsageError("--threads is \(threads); give 1 or more") }
  }

  /// Writes a line to stderr unless it is to stay silent.
  func note(_ text: String) {
    if !quiet { GleanCLI.note(text) }
  }

  /// The device, with threads set.
  func start() throws -> Device {
    if let threads { Machine.threads = threads }
    Machine.flushDenormals()
    do {
      return try Device(device)
    } catch {
      throw UsageError("--device: \(error)")
    }
  }
}

/// What to train.
struct NetworkOptions: ParsableArguments {
  @Option(
    help:
      "resnet18, -34 or -50, convnext-atto, -femto or -tiny, vit-micro, -tiny, -small or -base, "
      + "or dinov2-small, with settings after a colon: resnet18:width=16,stem=small or "
      + "vit-tiny:patch=4,registers=4.")
  var backbone: String?
  @Option(help: "Side of the views in pixels; by default the images', at most 64 on a processor.")
  var imageSize: Int?
  @Option(help: "Images in a batch.") var batch = 128
  @Option(help: "Optimiser settings: published, short, or automatic (short below 5,000 steps).")
  var recipe = RecipeChoice.automatic

  func validate() throws {
    if batch < 2 { throw UsageError("--batch is \(batch); give 2 or more") }
    if let imageSize, imageSize < 8 {
      throw UsageError("--image-size is \(imageSize); give 8 or more")
    }
  }

  /// Side of the views: as asked for, else the stored images', within what the device does in
  /// reasonable time.
  func size(for store: ImageStore, on device: Device) -> Int {
    imageSize ?? min(store.height, store.width, device.isCPU ? 64 : 224)
  }

  /// The backbone asked for, else one that fits the device: ResNet-18, at a quarter of its width on
  /// a processor.
  func spec(for store: ImageStore, on device: Device) throws -> BackboneSpec {
    let text = backbone ?? (device.isCPU ? "resnet18:width=16" : "resnet18")
    do {
      return try BackboneSpec(
        text, imageSize: size(for: store, on: device), inputChannels: store.channels)
    } catch {
      throw UsageError("--backbone: \(error)")
    }
  }
}

/// Refuses a file in a folder that does not exist, before any work is done for it.
func checkFolder(of file: String) throws {
  let folder = URL(filePath: file).deletingLastPathComponent()
  var isFolder: ObjCBool = false
  guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder),
    isFolder.boolValue
  else {
    throw UsageError("--out is '\(file)', but there is no folder \(folder.path); make it first")
  }
}

/// Reports what the user asked for wrongly as misuse.
func misuse<Result>(_ body: () throws -> Result) throws -> Result {
  do {
    return try body()
  } catch let error as PretextError {
    throw UsageError("\(error)")
  } catch let error as StudyError {
    switch error {
    case .setting, .otherStudy: throw UsageError("\(error)")
    default: throw error
    }
  } catch let error as TrainingError {
    if case .otherRun = error { throw UsageError("\(error)") }
    throw error
  }
}

/// Writes a line to stderr, where progress goes; results go to stdout.
func note(_ text: String) { StandardStream.error.write(text + "\n") }

extension DownstreamProtocol: ExpressibleByArgument {}
extension LinearProbe.ClassWeighting: ExpressibleByArgument {}
extension Precision: ExpressibleByArgument {}
extension RecipeChoice: ExpressibleByArgument {}
extension SelectionCriterion: ExpressibleByArgument {}
extension StudyShard: ExpressibleByArgument {
  /// What a shard looks like.
  public static var expectation: String { "a part of the whole such as 3/8" }
}
