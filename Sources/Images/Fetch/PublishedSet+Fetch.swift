import Foundation

extension PublishedSet {
  /// What a folder that was fetched says of itself.
  static let sourceName = "SOURCE.txt"
  /// The most bytes that a set may unpack to.
  static let largest = 50_000_000_000

  /// Downloads the set into a folder that appears once it is whole and readable, and does nothing
  /// where it is there.
  ///
  /// What has come of it is kept beside the folder, in `FOLDER.partial`, until then; the same call
  /// goes on with it.
  /// - Parameters:
  ///   - folder: where it goes.
  ///   - mirror: another address than the publisher's: of the file, or of a folder with the files.
  ///   - pause: seconds before a second attempt; twice as many before each further one.
  ///   - progress: called with the file's name, the bytes that are there, and all of them as far as
  ///     known.
  ///   - shouldStop: asked many times a second.
  /// - Throws: ``FetchError``.
  public func fetch(
    to folder: String, from mirror: String? = nil, pause: Double = 1,
    progress: (_ file: String, _ done: Int, _ total: Int?) -> Void = { _, _, _ in },
    shouldStop: () -> Bool = { false }
  ) throws(FetchError) {
    if FolderWalk.status(folder) != nil {
      let note = FileManager.default.contents(atPath: "\(folder)/\(Self.sourceName)")
      guard let note, String(decoding: note, as: UTF8.self).hasPrefix("\(name):") else {
        throw .occupied(folder)
      }
      return
    }
    let partial = folder + ".partial"
    let content = partial + "/content"
    do {
      try FileManager.default.createDirectory(atPath: partial, withIntermediateDirectories: true)
      if FolderWalk.status(content) != nil { try FileManager.default.removeItem(atPath: content) }
      try FileManager.default.createDirectory(atPath: content, withIntermediateDirectories: true)
    } catch {
      throw .file(.cannotWrite(path: partial, reason: (error as NSError).localizedDescription))
    }
    for file in files {
      let download = Download(
        url: mirror.map { Self.address(of: file, in: $0) } ?? file.url,
        path: "\(partial)/\(file.name)", bytes: file.bytes, md5: file.md5, limit: Self.largest,
        pause: pause)
      try download.run(progress: { progress(file.name, $0, $1) }, shouldStop: shouldStop)
    }
    do throws(FetchError) {
      for file in files {
        let path = "\(partial)/\(file.name)"
        if Unpacking.isArchive(path) {
          try Unpacking.unpack(path, into: content, limit: Self.largest, shouldStop: shouldStop)
        } else {
          try move(path, to: "\(content)/\(file.name)")
        }
        if shouldStop() { throw .stopped }
      }
      let top = try self.top(of: content)
      try check(top, partial)
      try? Data(source(mirror).utf8).write(to: URL(filePath: "\(top)/\(Self.sourceName)"))
      try move(top, to: folder)
    } catch {
      if error != .stopped { try? FileManager.default.removeItem(atPath: partial) }
      throw error
    }
    try? FileManager.default.removeItem(atPath: partial)
  }

  /// A mirror's address of a file.
  static func address(of file: File, in mirror: String) -> String {
    let path = mirror.prefix { $0 != "?" }
    if path.hasSuffix("/\(file.name)") { return mirror }
    return path + (path.hasSuffix("/") ? "" : "/") + file.name
  }

  /// The folder itself, or the one folder that it holds and nothing else.
  private func top(of folder: String) throws(FetchError) -> String {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    guard names.count == 1, let status = FolderWalk.status("\(folder)/\(names[0])"),
      status.st_mode & S_IFMT == S_IFDIR
    else { return folder }
    return "\(folder)/\(names[0])"
  }

  /// Makes sure that what came is a set of images.
  private func check(_ folder: String, _ partial: String) throws(FetchError) {
    do {
      _ = try ImageSource.scan(folder)
    } catch {
      let files = files.map(\.name).joined(separator: ", ")
      throw .archive(path: files, problem: "it came whole, but is no set of images: \(error)")
    }
  }

  private func move(_ path: String, to other: String) throws(FetchError) {
    guard rename(path, other) == 0 else {
      throw .file(TemporaryFile.failure(errno, other, needed: 0))
    }
  }

  private func source(_ mirror: String?) -> String {
    var text = "\(name): \(title).\nPublished at \(page), where the terms of use are.\n"
    for file in files {
      text += "Fetched from \(mirror.map { Self.address(of: file, in: $0) } ?? file.url)"
      text += file.md5.map { ", MD5 \($0).\n" } ?? ".\n"
    }
    return text
  }
}
