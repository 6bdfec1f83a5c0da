import Foundation
import Torch

/// Archives of files, `.tar`, `.tar.gz` and `.zip`, brought into a folder.
///
/// Nothing is written outside of the folder: paths that lead out of it and links are errors, found
/// before anything is written; so are contents larger than a limit.
enum Unpacking {
  /// Whether a file begins as an archive does.
  static func isArchive(_ path: String) -> Bool {
    let name = (path as NSString).lastPathComponent.lowercased()
    return [".zip", ".tar", ".tar.gz", ".tgz"].contains { name.hasSuffix($0) }
  }

  /// Unpacks `path` into `folder`, which is empty.
  /// - Parameters:
  ///   - limit: bytes that all files may have together.
  ///   - shouldStop: asked before each file.
  static func unpack(
    _ path: String, into folder: String, limit: Int, shouldStop: () -> Bool = { false }
  ) throws(FetchError) {
    do throws(Malformed) {
      let start = FileManager.default.contents(atPath: path, upTo: 4)
      if start.starts(with: [0x1F, 0x8B]) {
        let tar = folder + ".tar"
        defer { unlink(tar) }
        try inflate(path, to: tar, limit: limit)
        try unpackTar(tar, archive: path, into: folder, limit: limit, shouldStop)
      } else if start.starts(with: [0x50, 0x4B]) {
        try unpackZip(path, into: folder, limit: limit, shouldStop)
      } else {
        try unpackTar(path, archive: path, into: folder, limit: limit, shouldStop)
      }
    } catch {
      throw .archive(path: path, problem: error.reason)
    }
  }

  private static func map(_ path: String) throws(Malformed) -> PixelMapping {
    guard let status = FolderWalk.status(path), status.st_size > 0,
      let mapping = PixelMapping(path: path, length: Int(status.st_size))
    else { throw Malformed("it is empty or cannot be read") }
    return mapping
  }

  private static func inflate(_ path: String, to tar: String, limit: Int) throws(Malformed) {
    let packed = try map(path)
    var code: Int32 = 0
    var done = 0
    do throws(ImageError) {
      let file = try TemporaryFile(for: tar)
      // A tar file holds a little more than its files.
      let most = limit + limit / 4 + (1 << 20)
      let isWhole = Inflate.stream(packed.bytes, isGzip: true) { stretch in
        if done + stretch.count > most { return false }
        code = file.handle.write(stretch, at: done)
        done += stretch.count
        return code == 0
      }
      guard code == 0 else { throw TemporaryFile.failure(code, tar, needed: done) }
      if !isWhole { done = -1 }
      if isWhole { try file.commit(needed: done, isDurable: false) }
    } catch {
      throw Malformed("\(error)")
    }
    if done < 0 {
      throw Malformed("its compressed data is damaged, cut off, or holds more than \(limit) bytes")
    }
  }

  private static func unpackTar(
    _ path: String, archive: String, into folder: String, limit: Int, _ shouldStop: () -> Bool
  ) throws(Malformed) {
    let mapping = try map(path)
    var files: [(path: String, range: Range<Int>)] = []
    for entry in try TarArchive(mapping.bytes).entries {
      let safe = try self.safe(entry.name)
      switch entry.kind {
      case .link: throw Malformed("'\(entry.name)' in it is a link, which is not followed")
      case .other: throw Malformed("'\(entry.name)' in it is neither file nor folder")
      case .folder: continue
      case .file: files.append((safe, entry.range))
      }
    }
    try checkTotal(files.map { UInt64($0.range.count) }, limit)
    for file in files {
      if shouldStop() { return }
      let bytes = UnsafeRawBufferPointer(rebasing: mapping.bytes[file.range])
      try write(to: "\(folder)/\(file.path)", needed: bytes.count) { $0.write(bytes, at: 0) }
    }
  }

  private static func unpackZip(
    _ path: String, into folder: String, limit: Int, _ shouldStop: () -> Bool
  ) throws(Malformed) {
    guard let data = try? Data(contentsOf: URL(filePath: path), options: .mappedIfSafe) else {
      throw Malformed("it cannot be read")
    }
    let zip = try ZipArchive(data, allowsDeflate: true)
    try checkTotal(
      zip.entries.values.map { UInt64($0.count) } + zip.deflated.values.map(\.size), limit)
    // Folders end in a slash, and hold nothing.
    var names: [String: String] = [:]
    for name in Array(zip.entries.keys) + Array(zip.deflated.keys) where !name.hasSuffix("/") {
      names[name] = try safe(name)
    }
    let mapping = try map(path)
    for (name, path) in names.sorted(by: { $0.key < $1.key }) {
      if shouldStop() { return }
      if let range = zip.entries[name] {
        let bytes = UnsafeRawBufferPointer(rebasing: mapping.bytes[range])
        try write(to: "\(folder)/\(path)", needed: bytes.count) { $0.write(bytes, at: 0) }
      } else if let entry = zip.deflated[name] {
        let packed = UnsafeRawBufferPointer(rebasing: mapping.bytes[entry.range])
        var done = 0
        try write(to: "\(folder)/\(path)", needed: Int(clamping: entry.size)) { file in
          var code: Int32 = 0
          let isWhole = Inflate.stream(packed, isGzip: false) { stretch in
            if UInt64(done + stretch.count) > entry.size { return false }
            code = file.write(stretch, at: done)
            done += stretch.count
            return code == 0
          }
          return isWhole || code != 0 ? code : EILSEQ
        }
        guard UInt64(done) == entry.size else {
          throw Malformed("'\(name)' in it has \(done) bytes, expected \(entry.size)")
        }
      }
    }
  }

  private static func write(
    to path: String, needed: Int, _ body: (TemporaryFile.Handle) -> Int32
  ) throws(Malformed) {
    let folder = (path as NSString).deletingLastPathComponent
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let file = try TemporaryFile(for: path)
      let code = body(file.handle)
      if code == EILSEQ { throw Malformed("'\(path)' in it is damaged") }
      guard code == 0 else { throw TemporaryFile.failure(code, path, needed: needed) }
      try file.commit(needed: needed, isDurable: false)
    } catch let error as Malformed {
      throw error
    } catch {
      throw Malformed((error as? ImageError)?.description ?? error.localizedDescription)
    }
  }

  private static func checkTotal(_ sizes: [UInt64], _ limit: Int) throws(Malformed) {
    var total: UInt64 = 0
    for size in sizes {
      let (sum, isOver) = total.addingReportingOverflow(size)
      guard !isOver, sum <= UInt64(limit) else {
        throw Malformed("its files have more than \(limit) bytes, which is not unpacked")
      }
      total = sum
    }
  }

  /// A path that stays within the folder that it is relative to.
  static func safe(_ name: String) throws(Malformed) -> String {
    let parts = name.split(separator: "/", omittingEmptySubsequences: true).filter { $0 != "." }
    guard !name.hasPrefix("/"), !name.contains("\\"), !name.unicodeScalars.contains("\0"),
      !parts.contains(".."), parts.allSatisfy({ $0.utf8.count < 256 })
    else { throw Malformed("'\(name)' in it leads out of the folder") }
    return parts.joined(separator: "/")
  }
}

extension FileManager {
  /// The first bytes of a file.
  fileprivate func contents(atPath path: String, upTo count: Int) -> [UInt8] {
    guard let file = try? FileHandle(forReadingFrom: URL(filePath: path)) else { return [] }
    return [UInt8]((try? file.read(upToCount: count)) ?? Data())
  }
}
