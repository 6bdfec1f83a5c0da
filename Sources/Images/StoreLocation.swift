import Foundation

/// Where the store of a folder lies: `NAME-KEY.json`, the index, which names the file of pixels
/// beside it, `NAME-KEY-CONTENT.pixels`, and that of masks, if any, `….masks`; and `NAME-KEY.lock`,
/// held while these are looked at or made.
public struct StoreLocation: Sendable {
  /// The folder of all stores.
  public let folder: String
  private let name: String

  var index: String { "\(folder)/\(name).json" }
  var lock: String { "\(folder)/\(name).lock" }

  /// The location for the images of `source`, the absolute path of a folder or file.
  init(source: String, options: StoreOptions) {
    folder = options.cacheFolder ?? Self.defaultFolder
    let range = options.range.map { " \($0.lowerBound) \($0.upperBound)" } ?? ""
    let key = Array(
      "\(source)\n\(options.maxShorterSide) \(options.channels.rawValue) \(options.maxPixels)\(range)"
        .utf8)
    let digest = key.withUnsafeBytes(ImageCodec.sha256).prefix(8).hexadecimal
    let title = (source as NSString).lastPathComponent.map { letter in
      letter.isASCII && (letter.isLetter || letter.isNumber || "-_.".contains(letter))
        ? letter : "_"
    }
    name = "\(String(title.prefix(60)))-\(digest)"
  }

  /// `$GLEAN_CACHE`, else `$XDG_CACHE_HOME/glean`, else `~/.cache/glean`.
  public static var defaultFolder: String {
    let environment = ProcessInfo.processInfo.environment
    func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
    return value("GLEAN_CACHE") ?? value("XDG_CACHE_HOME").map { "\($0)/glean" }
      ?? NSHomeDirectory() + "/.cache/glean"
  }

  func pixelFile(contentHash: String) -> String { "\(name)-\(contentHash.prefix(16)).pixels" }
  func maskFile(contentHash: String) -> String { "\(name)-\(contentHash.prefix(16)).masks" }

  func makeFolder() throws(ImageError) {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw .cannotWrite(
        path: folder,
        reason: "\((error as NSError).localizedDescription) Point $GLEAN_CACHE at another folder")
    }
  }

  /// Removes what killed builds and earlier contents left. Call with the lock held.
  func removeLeftovers(keeping kept: [String]) {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for file in files where file.hasPrefix(name) && !kept.contains(file) {
      if file.hasSuffix(".pixels") || file.hasSuffix(".masks")
        || file.contains(TemporaryFile.marker)
      {
        unlink("\(folder)/\(file)")
      }
    }
  }
}

/// An exclusive lock among processes and threads, released with the value or the process.
struct FileLock: ~Copyable {
  private let descriptor: Int32
  /// False on file systems without locks.
  let isHeld: Bool

  init(_ path: String) throws(ImageError) {
    descriptor = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw TemporaryFile.failure(errno, path, needed: 0) }
    var status: Int32
    repeat { status = flock(descriptor, LOCK_EX) } while status != 0 && errno == EINTR
    isHeld = status == 0
  }

  deinit { close(descriptor) }
}
