import Foundation
import Images
import Torch

/// Says what the figures were measured on and how.
enum MachineNote {
  /// The head of a section: a title with the date, and a list.
  static var markdown: String {
    let processor = SystemFile.text("model name", in: "/proc/cpuinfo") ?? "unknown processor"
    let cores = ProcessInfo.processInfo.activeProcessorCount
    let memory = Double(ProcessInfo.processInfo.physicalMemory) / 1e9
    let bf16 = Machine.processorHasBF16 ? "bf16 in hardware" : "no bf16 in hardware"
    let arguments = CommandLine.arguments.dropFirst().map { " \($0)" }.joined()
    return """
      ## \(date) · \(processor)
      - Machine: \(processor), \(cores) cores, \(Markdown.figure(memory)) GB of memory, \(bf16)
      - libtorch \(Machine.libtorchVersion) on \(Machine.threads) threads, libvips \
      \(ImageFile.decoderVersion), \(firstLine("swift", "--version") ?? "Swift of unknown version")
      - Commit: \(commit)
      - Command: `glean-bench\(arguments)`
      """
  }

  private static var date: String {
    Date.now.formatted(.iso8601.year().month().day())
  }

  private static var commit: String {
    guard let commit = firstLine("git", "rev-parse", "--short", "HEAD") else { return "unknown" }
    let changes = firstLine("git", "status", "--porcelain", "--untracked-files=no")
    return changes == nil ? commit : "\(commit), with changes that are not committed"
  }

  /// The first line that a program prints; `nil` if it fails or prints nothing.
  private static func firstLine(_ command: String...) -> String? {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return nil }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { return nil }
    return text.split(separator: "\n").first.map(String.init)
  }
}
