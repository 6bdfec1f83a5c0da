public import Foundation
public import Torch

/// The reference figures and real images that tests run against where they are present.
public enum Fixtures {
  /// `$GLEAN_FIXTURES`, by default `../shared/fixtures` beside the package; `nil` where absent.
  public static let folder = existing("GLEAN_FIXTURES", "../shared/fixtures")
  /// `$GLEAN_DATA`, by default `../shared/data`; `nil` where absent.
  public static let data = existing("GLEAN_DATA", "../shared/data")

  private static func existing(_ variable: String, _ fallback: String) -> URL? {
    let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let path = ProcessInfo.processInfo.environment[variable]
    let url = path.map { URL(filePath: $0) } ?? package.appending(path: fallback)
    if FileManager.default.fileExists(atPath: url.path) { return url.standardizedFileURL }
    print("skipped: tests that need \(url.path) (set $\(variable))")
    return nil
  }

  /// A fresh folder under the system's temporary one; the caller removes it.
  public static func temporaryFolder() throws -> URL {
    let url = FileManager.default.temporaryDirectory.appending(path: "glean-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    return url
  }

  /// Such a folder for `body`, gone afterwards.
  @discardableResult
  public static func inTemporaryFolder<Result>(_ body: (URL) throws -> Result) throws -> Result {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }
}

/// Whether `a` equals `b` to `tolerance`, relative to the largest element of `b` or to 1, whichever
/// is larger unless `relative`.
public func isClose(
  _ a: Tensor, _ b: Tensor, tolerance: Double = 1e-5, relative: Bool = false
) -> Bool {
  guard a.shape == b.shape else { return false }
  if a.count == 0 { return true }
  let a = a.detached().to(.float64)
  let b = b.detached().to(.float64)
  let scale = relative ? b.abs().max().scalar : Swift.max(1, b.abs().max().scalar)
  return (a - b).abs().max().scalar <= tolerance * scale
}
