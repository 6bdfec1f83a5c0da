package import Foundation

/// Writes a file under a temporary name and renames it, so that a killed process or a full disk
/// leaves the old file whole.
/// - Throws: ``TorchError/file(_:)`` naming the file; nothing of the new one is left then.
package func writeAtomically(
  to url: URL, _ body: (FileHandle) throws -> Void
) throws(TorchError) {
  let temporary = url.appendingPathExtension(
    "partial-\(ProcessInfo.processInfo.processIdentifier)")
  do {
    try Data().write(to: temporary)
    let file = try FileHandle(forWritingTo: temporary)
    try body(file)
    try file.synchronize()
    try file.close()
    guard rename(temporary.path, url.path) == 0 else {
      throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO)
    }
  } catch {
    try? FileManager.default.removeItem(at: temporary)
    throw .file("\(url.path): cannot be written (\(error.localizedDescription))")
  }
}
