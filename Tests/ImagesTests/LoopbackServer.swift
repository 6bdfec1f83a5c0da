import Foundation
import Synchronization

/// An HTTP server on this machine that misbehaves as told: one answer a connection.
final class LoopbackServer: Sendable {
  /// How it behaves.
  struct Manners: Sendable {
    /// What lies at each path.
    var files: [String: [UInt8]] = [:]
    /// Bytes of content after which the first connections break, one entry a connection.
    var breaks: [Int] = []
    /// Whether it answers with a part where one is asked for.
    var hasRanges = true
    /// Added to the length that it announces.
    var lie = 0
    /// What the first connections are answered instead, one entry a connection.
    var statuses: [Int] = []
  }

  private let descriptor: Int32
  /// `http://127.0.0.1:PORT`.
  let address: String
  private let state: Mutex<(manners: Manners, requests: [String])>

  /// Every request so far: the path, and the range if one was asked for.
  var requests: [String] { state.withLock { $0.requests } }

  init(_ manners: Manners) throws {
    // An old client that goes away must not end the tests.
    signal(SIGPIPE, SIG_IGN)
    #if canImport(Darwin)
      descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #else
      descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #endif
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = descriptor
    let code = withUnsafeMutablePointer(to: &place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listener, address, length) == 0 && listen(listener, 16) == 0
          ? getsockname(listener, address, &length) : -1
      }
    }
    guard code == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
    address = "http://127.0.0.1:\(UInt16(bigEndian: place.sin_port))"
    state = Mutex((manners, []))
    Thread.detachNewThread { [weak self] in
      while true {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return }
        self?.answer(client)
        close(client)
      }
    }
  }

  deinit {
    shutdown(descriptor, Int32(SHUT_RDWR))
    close(descriptor)
  }

  private func answer(_ client: Int32) {
    var request: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !String(decoding: request, as: UTF8.self).contains("\r\n\r\n") {
      let count = read(client, &buffer, buffer.count)
      guard count > 0 else { return }
      request += buffer[..<count]
    }
    let lines = String(decoding: request, as: UTF8.self).split(separator: "\r\n")
    let path = String(lines[0].split(separator: " ")[1])
    let start = lines.first { $0.lowercased().hasPrefix("range:") }
      .flatMap { Int($0.drop { $0 != "=" }.dropFirst().prefix { $0 != "-" }) }
    let (manners, status, limit) = state.withLock { state in
      state.requests.append(path + (start.map { " from \($0)" } ?? ""))
      let status = state.manners.statuses.isEmpty ? nil : state.manners.statuses.removeFirst()
      let limit =
        status == nil && !state.manners.breaks.isEmpty ? state.manners.breaks.removeFirst() : nil
      return (state.manners, status, limit)
    }
    if let status { return send(client, "HTTP/1.1 \(status) No\r\nContent-Length: 0\r\n\r\n") }
    guard let file = manners.files[path] else {
      return send(client, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    }
    var content = file[...]
    var first = "HTTP/1.1 200 OK\r\n"
    if let start, start > 0, manners.hasRanges {
      guard start < file.count else {
        return send(client, "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Length: 0\r\n\r\n")
      }
      content = file[start...]
      first = "HTTP/1.1 206 Partial Content\r\n"
      first += "Content-Range: bytes \(start)-\(file.count - 1)/\(file.count)\r\n"
    }
    send(
      client, first + "Content-Length: \(content.count + manners.lie)\r\nConnection: close\r\n\r\n")
    send(client, Array(content.prefix(limit ?? content.count)))
  }

  private func send(_ client: Int32, _ text: String) { send(client, Array(text.utf8)) }

  private func send(_ client: Int32, _ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(client, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
