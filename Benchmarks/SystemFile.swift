import Foundation

/// Reads Linux' files of the form `name: value`.
enum SystemFile {
  /// The first value of a name; `nil` where there is none, as on other systems.
  static func text(_ name: String, in path: String) -> String? {
    guard let file = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
    let line = file.split(separator: "\n").first { $0.hasPrefix(name) }
    return line?.split(separator: ":", maxSplits: 1).last?.trimmingCharacters(in: .whitespaces)
  }
}

/// The memory that work adds to this process.
enum AddedMemory {
  /// The bytes held at most while `body` ran, beyond those held before; `nil` where unknown.
  static func during(_ body: () throws -> Void) rethrows -> Int? {
    try? Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))
    let before = bytes("VmRSS")
    try body()
    guard let before, let most = bytes("VmHWM") else { return nil }
    return max(0, most - before)
  }

  private static func bytes(_ name: String) -> Int? {
    let text = SystemFile.text(name, in: "/proc/self/status")
    return text?.split(separator: " ").first.flatMap { Int($0) }.map { $0 * 1024 }
  }
}
