import Foundation

/// What a folder holds, with everything below it: files with their stamps.
struct FolderWalk {
  struct File {
    var path: String
    var bytes: Int
    var modified: Int
  }

  private(set) var images: [File] = []
  private(set) var others: [String: Int] = [:]
  private(set) var skipped: [SkippedImage] = []
  private var visited: Set<[UInt64]> = []
  private let root: String
  private let extensions: Set<String>

  init(root: String, extensions: Set<String>) throws(ImageError) {
    self.root = root
    self.extensions = extensions
    if let problem = visit("") {
      throw problem == EACCES
        ? .permissionDenied(root)
        : .cannotRead(path: root, reason: String(cString: strerror(problem)))
    }
    images.sort { $0.path < $1.path }
    skipped.sort { $0.path < $1.path }
  }

  /// Returns errno where the folder cannot be listed.
  private mutating func visit(_ folder: String) -> Int32? {
    let absolute = folder.isEmpty ? root : "\(root)/\(folder)"
    guard let directory = opendir(absolute) else { return errno }
    defer { closedir(directory) }
    // A link back to a folder above, or a second link to the same folder, is not followed again.
    guard let status = Self.status(absolute), visited.insert(Self.identity(status)).inserted else {
      skip(folder, .misplaced, "a link to a folder that is listed already")
      return nil
    }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(validating: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      guard let name else {
        skip(folder + "/?", .unreadable, "its name is not UTF-8")
        continue
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    for name in names.sorted() { add(folder.isEmpty ? name : "\(folder)/\(name)") }
    return nil
  }

  private mutating func add(_ path: String) {
    let suffix = Self.fileExtension(of: path)
    guard let status = Self.status("\(root)/\(path)") else {
      if extensions.contains(suffix) || suffix.isEmpty {
        skip(path, .unreadable, errno == ENOENT ? "a broken link" : Self.reason(errno))
      }
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR:
      if let problem = visit(path) { skip(path, .unreadable, Self.reason(problem)) }
    case S_IFREG where extensions.contains(suffix):
      images.append(
        File(path: path, bytes: Int(status.st_size), modified: Self.modified(status)))
    default:
      others[suffix, default: 0] += 1
    }
  }

  private mutating func skip(_ path: String, _ cause: SkippedImage.Cause, _ reason: String) {
    skipped.append(SkippedImage(path: path, cause: cause, reason: reason))
  }

  static func fileExtension(of path: String) -> String {
    let name = path.utf8.split(separator: UInt8(ascii: "/")).last ?? Substring(path).utf8
    guard let dot = name.lastIndex(of: UInt8(ascii: ".")) else { return "" }
    return String(Substring(name[name.index(after: dot)...])).lowercased()
  }

  static func status(_ path: String) -> stat? {
    var status = stat()
    return stat(path, &status) == 0 ? status : nil
  }

  static func reason(_ code: Int32) -> String { String(cString: strerror(code)).lowercased() }

  private static func identity(_ status: stat) -> [UInt64] {
    [UInt64(truncatingIfNeeded: status.st_dev), UInt64(truncatingIfNeeded: status.st_ino)]
  }

  /// Time of the last change in nanoseconds since 1970.
  static func modified(_ status: stat) -> Int {
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    return Int(time.tv_sec) * 1_000_000_000 + Int(time.tv_nsec)
  }
}
