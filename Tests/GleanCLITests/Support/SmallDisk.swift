import Foundation
import Testing

/// A disk of a few hundred kilobytes, in memory; only root may make one, on Linux.
struct SmallDisk: ~Copyable {
  let path: String

  /// Whether this process can make one.
  static let isPossible: Bool = {
    guard let place = try? Workplace(), let disk = try? SmallDisk(in: place, kilobytes: 64) else {
      print("skipped: tests of a full disk (they mount a tmpfs, which takes root on Linux)")
      return false
    }
    _ = consume disk
    return true
  }()

  init(in place: Workplace, kilobytes: Int) throws {
    path = place.path("disk").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try Self.call("mount", "-t", "tmpfs", "-o", "size=\(kilobytes)k", "tmpfs", path)
  }

  deinit { try? Self.call("umount", path) }

  private static func call(_ arguments: String...) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = arguments
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw CocoaError(.fileWriteNoPermission) }
  }
}
