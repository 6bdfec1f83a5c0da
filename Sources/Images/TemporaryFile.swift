import Foundation

/// A file written under a temporary name beside its own, then renamed: nobody ever sees half of it.
/// Unless `commit` succeeds, nothing is left behind.
struct TemporaryFile: ~Copyable {
  /// The open file, for any thread, as long as the `TemporaryFile` lives.
  struct Handle: Sendable {
    fileprivate let descriptor: Int32

    /// Writes all of `bytes` at `offset`; returns errno on failure, else 0.
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int32 {
      var done = 0
      while done < bytes.count {
        let rest = UnsafeRawBufferPointer(rebasing: bytes[done...])
        let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + done))
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { return count < 0 ? errno : EIO }
        done += count
      }
      return 0
    }

    /// Fills `bytes` from `offset`; returns errno on failure, else 0.
    func read(_ bytes: UnsafeMutableRawBufferPointer, at offset: Int) -> Int32 {
      let count = pread(descriptor, bytes.baseAddress, bytes.count, off_t(offset))
      return count == bytes.count ? 0 : count < 0 ? errno : EIO
    }

    /// Returns errno on failure, else 0.
    func truncate(to length: Int) -> Int32 {
      ftruncate(descriptor, off_t(length)) == 0 ? 0 : errno
    }
  }

  let path: String
  let handle: Handle
  private let target: String

  static let marker = ".tmp-"

  init(for target: String) throws(ImageError) {
    var name = Array((target + Self.marker + "XXXXXX").utf8CString)
    let descriptor = mkstemp(&name)
    guard descriptor >= 0 else { throw Self.failure(errno, target, needed: 0) }
    fchmod(descriptor, 0o644)
    self.target = target
    handle = Handle(descriptor: descriptor)
    path = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  deinit {
    close(handle.descriptor)
    unlink(path)  // no longer there after a commit
  }

  /// Safely on disk (unless it can be made again at any time), then under its own name, or under
  /// `name`.
  consuming func commit(
    as name: String? = nil, needed: Int, isDurable: Bool = true
  ) throws(ImageError) {
    let target = name ?? target
    guard !isDurable || fsync(handle.descriptor) == 0, rename(path, target) == 0 else {
      throw Self.failure(errno, target, needed: needed)
    }
    if !isDurable { return }
    // Makes the renaming itself durable; file systems without folder syncs lose nothing else.
    let folder = open((target as NSString).deletingLastPathComponent, O_RDONLY)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
  }

  /// `bytes` as the whole content of `path`.
  static func write(_ bytes: [UInt8], to path: String, isDurable: Bool = true) throws(ImageError) {
    let file = try TemporaryFile(for: path)
    let code = bytes.withUnsafeBytes { file.handle.write($0, at: 0) }
    guard code == 0 else { throw failure(code, path, needed: bytes.count) }
    try file.commit(needed: bytes.count, isDurable: isDurable)
  }

  static func failure(_ code: Int32, _ path: String, needed: Int) -> ImageError {
    if code == ENOSPC || code == EDQUOT {
      let folder = (path as NSString).deletingLastPathComponent
      return .diskFull(path: path, needed: needed, available: freeBytes(in: folder) ?? 0)
    }
    return .cannotWrite(path: path, reason: FolderWalk.reason(code))
  }

  /// Bytes that may still be written in `folder`.
  static func freeBytes(in folder: String) -> Int? {
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else { return nil }
    let bytes = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
    return bytes.overflow ? Int.max : Int(clamping: bytes.partialValue)
  }
}
