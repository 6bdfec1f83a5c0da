public import Foundation
import Synchronization

/// Shows the pages of reports to this machine alone, and tells them when they have changed.
///
/// It listens on 127.0.0.1 and answers GET and HEAD requests for the files that it is given, by their
/// whole path; there is no folder that it looks into. Requests that name another host (which a page from
/// elsewhere could make a browser send here) are refused.
public final class ReportServer: Sendable {
  /// What is shown.
  struct Content: Sendable {
    /// By the path that is asked for, beginning with "/".
    var files: [String: URL] = [:]
    /// Where "/" leads.
    var first = "/"
    /// Raised with every change.
    var stamp = 0
  }

  /// What is sent back.
  struct Answer: Equatable {
    var status: String
    var type = "text/plain; charset=utf-8"
    var location: String?
    var body: Data

    init(_ status: String, _ text: String = "") {
      self.status = status
      body = Data(text.utf8)
    }
  }

  /// The port that it listens on.
  public let port: Int
  private let descriptor: Int32
  private let content: Mutex<Content>

  /// Begins to listen.
  /// - Parameter port: 0 for any that is free.
  /// - Throws: ``ReportError/cannotServe(port:reason:)``.
  public init(port: Int = 0) throws(ReportError) {
    #if canImport(Darwin)
      let stream = SOCK_STREAM
    #else
      let stream = Int32(SOCK_STREAM.rawValue)
    #endif
    let listener = socket(AF_INET, stream, 0)
    var yes: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = in_port_t(truncatingIfNeeded: port).bigEndian
    place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && listen(listener, 16) == 0
          ? getsockname(listener, address, &length) : -1
      }
    }
    guard code == 0 else {
      let reason = String(cString: strerror(errno))
      close(listener)
      throw .cannotServe(port: port, reason: reason)
    }
    self.port = Int(UInt16(bigEndian: place.sin_port))
    descriptor = listener
    content = Mutex(Content())
    Thread.detachNewThread { [weak self] in
      while true {
        let client = accept(listener, nil, nil)
        guard client >= 0 else {
          if self == nil { return }
          // It passes, be it a reader that went away or too many files that are open.
          Thread.sleep(forTimeInterval: 0.1)
          continue
        }
        guard let server = self else {
          close(client)
          return
        }
        // A browser opens connections that it does not use yet: none may hold up the others.
        Thread.detachNewThread {
          server.serve(client)
          close(client)
        }
      }
    }
  }

  deinit {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  /// Where the first page is.
  public var address: String { "http://127.0.0.1:\(port)/" }

  /// Shows these pages, the first one at "/"; pages that are open load themselves again.
  ///
  /// Files keep their places to each other, so that links between them work.
  public func show(_ files: [URL]) {
    let names = files.map { $0.standardizedFileURL.pathComponents }
    guard let main = names.first else { return }
    // The last part is the file's own name.
    let shared = names.reduce(main.count - 1) { count, name in
      zip(main.prefix(count), name.dropLast()).prefix { $0 == $1 }.count
    }
    let paths = names.map { "/" + $0.dropFirst(shared).joined(separator: "/") }
    content.withLock {
      $0.files = Dictionary(zip(paths, files)) { first, _ in first }
      $0.first = paths[0]
      $0.stamp += 1
    }
  }

  // MARK: - Answers

  private func serve(_ client: Int32) {
    var patience = timeval()
    patience.tv_sec = 10
    setsockopt(
      client, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var request: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !request.suffix(4).elementsEqual("\r\n\r\n".utf8) {
      let count = recv(client, &buffer, buffer.count, 0)
      guard count > 0, request.count < 16_384 else { return }
      request += buffer[..<count]
    }
    let text = String(decoding: request, as: UTF8.self)
    let answer = Self.answer(text, content.withLock { $0 }, port: port)
    var head = "HTTP/1.1 \(answer.status)\r\nContent-Length: \(answer.body.count)\r\n"
    head += "Content-Type: \(answer.type)\r\nConnection: close\r\nCache-Control: no-store\r\n"
    head += "X-Content-Type-Options: nosniff\r\n"
    if let location = answer.location { head += "Location: \(location)\r\n" }
    send(client, Array((head + "\r\n").utf8) + (text.hasPrefix("HEAD ") ? Data() : answer.body))
  }

  /// What is answered to a request. Of one for the head alone the body is not sent.
  static func answer(_ request: String, _ content: Content, port: Int) -> Answer {
    let lines = request.split(separator: "\r\n")
    let words = lines.first?.split(separator: " ") ?? []
    guard words.count == 3, words[2].hasPrefix("HTTP/1.") else { return Answer("400 Bad Request") }
    let hosts = lines.dropFirst().filter { $0.lowercased().hasPrefix("host:") }
      .map { $0.dropFirst(5).trimmingCharacters(in: .whitespaces).lowercased() }
    guard hosts.count == 1, ["127.0.0.1:\(port)", "localhost:\(port)"].contains(hosts[0]) else {
      return Answer("403 Forbidden", "Only 127.0.0.1:\(port) is served here.\n")
    }
    guard words[0] == "GET" || words[0] == "HEAD" else { return Answer("405 Method Not Allowed") }
    let path = words[1].prefix { $0 != "?" }
    if path == "/stamp" { return Answer("200 OK", "\(content.stamp)") }
    if path == "/" && content.first != "/" {
      var answer = Answer("302 Found")
      answer.location =
        content.first.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? "/"
      return answer
    }
    guard let name = String(path).removingPercentEncoding, let file = content.files[name],
      let data = try? Data(contentsOf: file)
    else { return Answer("404 Not Found", "There is no such page.\n") }
    let types = [
      "html": "text/html; charset=utf-8", "json": "application/json", "csv": "text/csv",
    ]
    var answer = Answer("200 OK")
    answer.type = types[file.pathExtension] ?? answer.type
    answer.body = file.pathExtension == "html" ? watching(data, stamp: content.stamp) : data
    return answer
  }

  /// A page that loads itself again when the stamp has changed.
  private static func watching(_ page: Data, stamp: Int) -> Data {
    let script = """
      <script>
      setInterval(function () {
        fetch("/stamp").then(function (answer) { return answer.text(); }).then(function (now) {
          if (now !== "\(stamp)") { location.reload(); }
        }).catch(function () {});
      }, 2000);
      </script>
      """
    return Data(
      String(decoding: page, as: UTF8.self)
        .replacing("</body>", with: script + "</body>", maxReplacements: 1).utf8)
  }

  private func send(_ client: Int32, _ bytes: [UInt8]) {
    #if canImport(Darwin)
      var yes: Int32 = 1
      setsockopt(client, SOL_SOCKET, SO_NOSIGPIPE, &yes, socklen_t(MemoryLayout<Int32>.size))
      let flags: Int32 = 0
    #else
      // A reader that goes away must not end the program.
      let flags = Int32(MSG_NOSIGNAL)
    #endif
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Foundation.send(client, $0.baseAddress, $0.count, flags) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
