import Foundation
import Images
import TestSupport

/// A test's own folder and image cache, gone when the test is.
final class Workplace: Sendable {
  let folder: URL

  init() throws {
    folder = try Fixtures.temporaryFolder().resolvingSymlinksInPath()
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// Runs `glean` in the folder.
  func glean(
    _ arguments: [String], cache: String? = nil, stop: Program.Stop? = nil
  ) async throws -> Program.Outcome {
    let cache = cache ?? folder.appending(path: "cache").path
    return try await Program.run(
      arguments, in: folder, environment: ["GLEAN_CACHE": cache], stop: stop)
  }

  func path(_ name: String) -> URL { folder.appending(path: name) }
  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name).path) }
  func bytes(_ name: String) throws -> Data { try Data(contentsOf: path(name)) }
  func text(_ name: String) throws -> String {
    try String(contentsOf: path(name), encoding: .utf8)
  }

  /// The lines of a file; none while it does not exist.
  func lines(_ name: String) -> [Substring] {
    ((try? text(name)) ?? "").split(separator: "\n")
  }

  /// Writes a file, folders made as needed.
  func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
    let url = path(name)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
  }

  /// Glean's own shapes, in `images/`: eight classes in `train/` and `test/`.
  func shapes(train: Int = 40, test: Int = 16, size: Int = 16) throws {
    try ShapesDataset.write(to: path("images").path, train: train, test: test, size: size)
  }

  /// Images of random pixels without classes, in `folder`.
  func noise(_ count: Int, in folder: String = "images", size: Int = 16) throws {
    var generator = SeededGenerator(seed: 1)
    for index in 0..<count {
      let pixels = (0..<size * size * 3).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
      try write([], to: "\(folder)/\(index).png")
      try ImageFile.write(
        pixels, width: size, height: size, to: path("\(folder)/\(index).png").path)
    }
  }
}

/// A network and a budget that train in a moment.
let tiny = [
  "--backbone", "resnet18:width=2", "--image-size", "16", "--batch", "8", "--threads", "1",
]
