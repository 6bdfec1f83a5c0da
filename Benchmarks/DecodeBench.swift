import Foundation
import Images

/// Image files into a store that nothing is reused from, beside libvips decoding them and nothing else,
/// both on all cores; the files are in the system's cache.
struct DecodeBench {
  private let workspace: Workspace
  /// Behind a folder's path: the name of libvips alone on it.
  private let bare = ", libvips alone"

  init(_ workspace: Workspace) { self.workspace = workspace }

  func run() throws -> String {
    let shapes = try workspace.shapes(train: workspace.isQuick ? 500 : 5000)
    let real = workspace.isQuick ? ["ucmerced-128"] : ["cifar10-jpg", "ucmerced-128"]
    let folders = [shapes] + real.compactMap(workspace.realImages)
    let stores = try folders.map { try workspace.freshStore($0).store }
    let timings = try Timings.alternate(
      zip(folders, stores).flatMap { folder, store in
        [
          Contestant(name: folder) { try workspace.freshStore(folder).report.seconds },
          Contestant(name: folder + bare) { seconds { BareDecoding.run(store) } },
        ]
      }, rounds: workspace.isQuick ? 1 : 5)
    let rows = try folders.map { folder in
      let listing = try ImageFolder.scan(folder)
      let bytes = listing.entries.reduce(0) { $0 + $1.bytes }
      let store = try workspace.freshStore(folder).store
      let seconds = timings.median(folder)
      return [
        "\(URL(filePath: folder).lastPathComponent), \(store.width)×\(store.height), \(formats(listing))",
        Markdown.figure(Double(store.count)), Markdown.megabytes(bytes), Markdown.figure(seconds),
        Markdown.figure(seconds.map { Double(store.count) / $0 }),
        Markdown.figure(timings.median(folder + bare).map { Double(store.count) / $0 }),
        Markdown.ratio(timings.speed(of: folder, against: folder + bare)),
      ]
    }
    return """

      ### Decoding into a fresh store
      \(Markdown.table(
        ["set", "images", "MB of files", "seconds", "images/s", "libvips alone", "share of it"], rows))
      """
  }

  private func formats(_ listing: ImageListing) -> String {
    Set(listing.entries.map { URL(filePath: $0.path).pathExtension.uppercased() }).sorted()
      .joined(separator: " and ")
  }
}
