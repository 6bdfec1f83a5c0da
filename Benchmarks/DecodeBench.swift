import Foundation
import Images

/// Image files into a store that nothing is reused from, on all cores; the files are in the
/// system's cache.
struct DecodeBench {
  private let workspace: Workspace

  init(_ workspace: Workspace) { self.workspace = workspace }

  func run() throws -> String {
    let shapes = try workspace.shapes(train: workspace.isQuick ? 500 : 5000)
    let real = workspace.isQuick ? ["ucmerced-128"] : ["cifar10-jpg", "ucmerced-128"]
    let folders = [shapes] + real.compactMap(workspace.realImages)
    let timings = try Timings.alternate(
      folders.map { folder in
        Contestant(name: folder) { try workspace.freshStore(folder).report.seconds }
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
      ]
    }
    return """

      ### Decoding into a fresh store
      \(Markdown.table(["set", "images", "MB of files", "seconds", "images/s"], rows))
      """
  }

  private func formats(_ listing: ImageListing) -> String {
    Set(listing.entries.map { URL(filePath: $0.path).pathExtension.uppercased() }).sorted()
      .joined(separator: " and ")
  }
}
