import Foundation

/// Keeps two processes from making one run: a lock on its folder, which is released with the value or
/// with the process.
final class RunLock {
  private let descriptor: Int32

  /// The lock of a folder, which is made if need be; `nil` if another process holds it. On file systems
  /// without locks, and where there is no folder to be had, all get one: what is wrong with the folder
  /// is said by who writes to it.
  init?(_ folder: URL) {
    try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK { return nil }
  }

  deinit { close(descriptor) }
}
