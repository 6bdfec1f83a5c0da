import Foundation

/// One file from a server, by the program curl: it knows proxies, certificates and redirections as the
/// machine is set up for them, and is there nearly everywhere.
///
/// What has come is kept beside the target, `….part`, and gone on with by an HTTP range; where the
/// server does not do ranges, it begins anew. The target appears once the content is what was expected.
struct Download {
  var url: String
  /// Where it goes.
  var path: String
  var bytes: Int?
  var md5: String?
  /// No file is larger than this.
  var limit = 50_000_000_000
  /// How often in a row it is tried without a byte coming.
  var attempts = 5
  /// Seconds before the second attempt; twice as many before each further one.
  var pause = 1.0

  private var part: String { path + ".part" }
  private var headers: String { path + ".headers" }

  /// Fetches the file, unless it is there.
  /// - Parameter progress: called with the bytes there and all of them, as far as the server says.
  func run(
    progress: (_ done: Int, _ total: Int?) -> Void, shouldStop: () -> Bool
  ) throws(FetchError) {
    if size(path) != nil { return }
    defer { unlink(headers) }
    var failures = 0
    var hasBegunAnew = false
    while true {
      let before = size(part) ?? 0
      // A part that is whole already is not asked for again.
      let isWhole = bytes.map { before >= $0 } ?? false
      let end = isWhole ? .complete : try attempt(from: before, progress, shouldStop)
      switch end {
      case .complete:
        guard let problem = try problem() else {
          guard rename(part, path) == 0 else {
            throw .file(TemporaryFile.failure(errno, path, needed: size(part) ?? 0))
          }
          return
        }
        unlink(part)
        // The part may have been of an earlier version of the file.
        if before == 0 || hasBegunAnew { throw problem }
        hasBegunAnew = true
      case .noRanges:
        unlink(part)
        if hasBegunAnew { throw .refused(url: url, reason: "its server answers strangely") }
        hasBegunAnew = true
      case .broken(let reason):
        failures = (size(part) ?? 0) > before ? 1 : failures + 1
        // It may be that the server announces more than there is.
        if failures >= attempts, md5 != nil, try problem() == nil { continue }
        if failures >= attempts {
          throw .network(url: url, reason: reason, attempts: failures)
        }
        try wait(pause * Double(1 << (failures - 1)), shouldStop)
      }
    }
  }

  private enum End {
    case complete
    /// The server gives no part, or the part goes beyond the end.
    case noRanges
    case broken(String)
  }

  /// One call of curl.
  private func attempt(
    from start: Int, _ progress: (Int, Int?) -> Void, _ shouldStop: () -> Bool
  ) throws(FetchError) -> End {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments =
      [
        "curl", "--silent", "--show-error", "--fail", "--location", "--max-redirs", "10",
        "--proto", "=http,https", "--proto-redir", "=http,https", "--connect-timeout", "30",
        "--speed-limit", "1", "--speed-time", "60", "--dump-header", headers, "--output", part,
        "--write-out", "%{http_code}",
      ] + (start > 0 ? ["--continue-at", "\(start)"] : []) + ["--url", url]
    let (output, errors) = (Pipe(), Pipe())
    (process.standardOutput, process.standardError) = (output, errors)
    process.standardInput = FileHandle.nullDevice
    unlink(headers)
    do {
      try process.run()
    } catch {
      throw .noCurl
    }
    var total = bytes
    while process.isRunning {
      usleep(50_000)
      let done = size(part) ?? 0
      if total == nil, done > start { total = announced.map { $0 + start } }
      progress(done, total)
      if shouldStop() || done > limit || bytes.map({ done > $0 }) ?? false { process.terminate() }
    }
    process.waitUntilExit()
    if shouldStop() { throw .stopped }
    let found = size(part) ?? 0
    progress(found, total)
    let most = bytes ?? limit
    if found > most {
      unlink(part)
      throw .wrongFile(url: url, found: "more than \(most) bytes", expected: "\(most) at most")
    }
    let status = text(output)
    let message = text(errors).replacing("curl: ", with: "")
    switch process.terminationStatus {
    case 0: return .complete
    case 127: throw .noCurl
    case 22 where status == "416":
      // Nothing follows what is there: it is whole, or not of this file.
      return start > 0 ? .complete : .noRanges
    case 22 where ["408", "425", "429"].contains(status) || status.hasPrefix("5"):
      return .broken("the server answers \(status)")
    case 22: throw .refused(url: url, reason: "the server answers \(status)")
    case 33: return .noRanges
    case 23:
      throw .file(TemporaryFile.failure(ENOSPC, part, needed: (total ?? found) - found))
    case 1, 2, 3, 4, 60, 77:
      // Addresses and certificates do not mend themselves.
      throw .refused(url: url, reason: message.isEmpty ? "curl refuses it" : message)
    default: return .broken(message.isEmpty ? "the connection broke" : message)
    }
  }

  /// Of the last answer's headers, how much is to come.
  private var announced: Int? {
    guard let text = FileManager.default.contents(atPath: headers) else { return nil }
    return String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline)
      .last { $0.lowercased().hasPrefix("content-length:") }
      .flatMap { Int($0.split(separator: ":")[1].trimmingCharacters(in: .whitespaces)) }
  }

  /// What is wrong with what came; nil if nothing is.
  private func problem() throws(FetchError) -> FetchError? {
    guard let found = size(part) else {
      return .wrongFile(url: url, found: "nothing", expected: "a file")
    }
    if let bytes, bytes != found {
      return .wrongFile(url: url, found: "\(found) bytes\(looks)", expected: "\(bytes)")
    }
    guard let md5, found > 0 else {
      return found > 0 ? nil : .wrongFile(url: url, found: "nothing", expected: "a file")
    }
    guard let content = PixelMapping(path: part, length: found) else {
      throw .file(.cannotRead(path: part, reason: FolderWalk.reason(errno)))
    }
    let digest = ImageCodec.md5(content.bytes).hexadecimal
    return digest == md5
      ? nil
      : .wrongFile(
        url: url, found: "\(found) bytes of MD5 \(digest)\(looks)", expected: "MD5 \(md5)")
  }

  /// A hint where a page came in the file's place.
  private var looks: String {
    guard let file = try? FileHandle(forReadingFrom: URL(filePath: part)),
      let start = try? file.read(upToCount: 256)
    else { return "" }
    let text = String(decoding: start, as: UTF8.self).trimmingCharacters(
      in: .whitespacesAndNewlines
    )
    .lowercased()
    return text.hasPrefix("<!doctype html") || text.hasPrefix("<html") ? ", a web page" : ""
  }

  private func wait(_ seconds: Double, _ shouldStop: () -> Bool) throws(FetchError) {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(seconds)
    while clock.now < end {
      if shouldStop() { throw .stopped }
      usleep(20_000)
    }
  }

  private func size(_ path: String) -> Int? { FolderWalk.status(path).map { Int($0.st_size) } }

  private func text(_ pipe: Pipe) -> String {
    let data = (try? pipe.fileHandleForReading.readToEnd()) ?? Data()
    return String(decoding: data, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
