import CommandLineKit
import Foundation
import Glean

struct DataFetch: Command {
  static let configuration = CommandConfiguration(
    name: "fetch", abstract: "Download a published image set from its publisher.",
    discussion: """
      The folder appears once everything is there, has the publisher's checksum where one is known, \
      and reads as images. A download that was cut off goes on where it stopped.

      The sets: \(PublishedSet.all.map { "\($0.name) (\($0.title))" }.joined(separator: "; ")).

      Each has its own terms of use, on the page that SOURCE.txt in the folder names.
      """,
    examples: [
      ("glean data fetch cifar10", "Into the folder cifar10."),
      ("glean data fetch pathmnist --out data/path", "Elsewhere."),
      ("glean data fetch eurosat --from https://mirror.example/eurosat", "From a mirror."),
    ])

  @Argument(help: "The set's name.") var name: String
  @Option(help: "The folder to make; by default the set's name.", completion: .folder)
  var out: String?
  @Option(
    name: "from", valueName: "url",
    help: "Another address of the file, or of a folder of the files.")
  var mirror: String?
  @Flag(short: "q", help: "Show no progress.") var quiet = false

  func validate() throws {
    if let mirror, !mirror.hasPrefix("https://") && !mirror.hasPrefix("http://") {
      throw UsageError(
        "--from is '\(mirror)'; give an address that begins with https:// or http://")
    }
    if let out { try checkFolder(of: out) }
  }

  func run() throws {
    let set: PublishedSet
    do {
      set = try PublishedSet.named(name)
    } catch {
      throw UsageError("\(error)")
    }
    let folder = out ?? set.name
    Interrupt.install()
    var bars: [String: ProgressBar] = [:]
    defer { for bar in bars.values { bar.dismiss() } }
    do {
      try set.fetch(
        to: folder, from: mirror,
        progress: { file, done, total in
          let mega = { (bytes: Int) in (bytes + 999_999) / 1_000_000 }
          if bars[file] == nil, done > 0, total != nil || done > 5_000_000 {
            bars[file] = ProgressBar(file, total: total.map(mega), unit: "MB", quiet: quiet)
          }
          bars[file]?.update(done: mega(done))
        }, shouldStop: { Interrupt.isRequested })
    } catch {
      if case .stopped = error { throw Interrupted(hint: "the same command goes on from here") }
      throw error
    }
    print(folder)
    if !quiet { note("Next: glean data describe \(ShellWord.quoted(folder))") }
  }
}
