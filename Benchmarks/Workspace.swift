import Foundation
import Images

/// A temporary folder for one call, and how thorough the call is.
struct Workspace {
  let folder: URL
  let isQuick: Bool

  /// Removes the folder when `body` is done.
  static func with(isQuick: Bool, _ body: (Workspace) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "glean-bench-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(Workspace(folder: folder, isQuick: isQuick))
  }

  /// A path in the folder.
  func path(_ name: String) -> String { folder.appending(path: name).path }

  /// A set of real images: in `$GLEAN_DATA`, by default `../shared/data`; `nil` where absent.
  func realImages(_ name: String) -> String? {
    let data = ProcessInfo.processInfo.environment["GLEAN_DATA"] ?? "../shared/data"
    let path = "\(data)/\(name)"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }

  /// Glean's own set of 32×32 PNG files.
  func shapes(train: Int) throws -> String {
    let path = path("shapes")
    try ShapesDataset.write(to: path, train: train, test: 0, size: 32)
    return path
  }

  /// Decodes a folder into a store that nothing is reused from.
  func freshStore(_ images: String) throws -> (store: ImageStore, report: BuildReport) {
    let cache = path("cache")
    try? FileManager.default.removeItem(atPath: cache)
    return try ImageStore.open(images, options: StoreOptions(cacheFolder: cache))
  }
}
