import CommandLineKit
import Foundation
import Glean

struct Doctor: Command {
  static let configuration = CommandConfiguration(
    name: "doctor", abstract: "Check this machine, and say how to mend what is missing.",
    examples: [
      ("glean doctor", "Versions, device, threads, memory and disk."),
      ("glean doctor --json", "The same for a script."),
    ])

  @Flag(help: "Print JSON.") var json = false

  func run() throws {
    let findings = Diagnosis.findings()
    if json {
      try printJSON(findings)
      return
    }
    for finding in findings {
      let mark = finding.mend == nil ? "ok  " : "MEND"
      print(
        "\(mark)  \(finding.subject.padding(toLength: 12, withPad: " ", startingAt: 0))\(finding.found)"
      )
      if let mend = finding.mend { print("                  → \(mend)") }
    }
  }
}

/// One thing looked at.
struct Finding: Encodable {
  var subject: String
  var found: String
  /// What to do; `nil` if all is well.
  var mend: String?
}

/// What a machine needs for Glean.
enum Diagnosis {
  static func findings() -> [Finding] {
    [
      Finding(
        subject: "glean",
        found: gleanVersion + (gleanCommit.isEmpty ? "" : ", commit \(gleanCommit)")),
      Finding(subject: "swift", found: swiftVersion),
      libtorch, device, precision, threads,
      Finding(subject: "libvips", found: ImageFile.decoderVersion),
      Finding(subject: "sqlite", found: ResultStore.sqliteVersion),
      load, memory, disk,
    ]
  }

  private static var swiftVersion: String {
    #if swift(>=6.4)
      "6.4 or later"
    #elseif swift(>=6.3)
      "6.3"
    #else
      "6.2"
    #endif
  }

  private static var libtorch: Finding {
    let version = Machine.libtorchVersion
    let build = Machine.isCUDABuild ? "CUDA build" : Machine.hasMPS ? "MPS build" : "CPU build"
    let isTested = version.hasPrefix("2.13") || version.hasPrefix("2.11")
    return Finding(
      subject: "libtorch", found: "\(version), \(build)",
      mend: isTested ? nil : "Glean is tested with 2.13; run 'make setup' or set $LIBTORCH")
  }

  private static var device: Finding {
    let hasDriver = FileManager.default.fileExists(atPath: "/dev/nvidiactl")
    let count = Machine.cudaDevices
    return Finding(
      subject: "device", found: count > 0 ? "\(Device.best), \(count) in all" : "\(Device.best)",
      mend: hasDriver && count == 0
        ? "an NVIDIA GPU is here but this libtorch cannot use it; "
          + (Machine.isCUDABuild
            ? "its driver may be too old: see nvidia-smi"
            : "set $LIBTORCH to a CUDA build and build again") : nil)
  }

  private static var precision: Finding {
    Finding(
      subject: "bf16",
      found: Precision.best(on: .best) == .bfloat16
        ? "in hardware" : "not in hardware; fp32 is used")
  }

  private static var threads: Finding {
    let cores = ProcessInfo.processInfo.activeProcessorCount
    return Finding(
      subject: "threads", found: "\(Machine.threads) of \(cores) cores",
      // Where others use the cores, fewer threads are right.
      mend: Machine.threads < cores && !isBusy
        ? "OMP_NUM_THREADS or the container limits libtorch; use --threads \(cores)" : nil)
  }

  private static var load: Finding {
    let close =
      "other programs use the cores, and training waits for the slowest thread: close them"
    return Finding(
      subject: "load",
      found: recentLoad.map { "\(Human.fixed($0, decimals: 1)) of late" } ?? "unknown",
      mend: isBusy ? close + (Machine.threads > 1 ? ", or give --threads 1" : "") : nil)
  }

  /// Whether other programs use most of the cores.
  private static var isBusy: Bool {
    (recentLoad ?? 0) > 0.75 * Double(ProcessInfo.processInfo.activeProcessorCount)
  }

  private static var recentLoad: Double? {
    let text = try? String(contentsOfFile: "/proc/loadavg", encoding: .utf8)
    return text?.split(separator: " ").first.flatMap { Double($0) }
  }

  private static var memory: Finding {
    let available = availableMemory
    return Finding(
      subject: "memory", found: available.map { "\(Human.bytes($0)) free" } ?? "unknown",
      mend: (available ?? .max) < 2_000_000_000
        ? "close other programs, or use a smaller --batch and --image-size" : nil)
  }

  private static var availableMemory: Int? {
    let text = try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8)
    let line = text?.split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
      .map { $0 * 1024 }
  }

  private static var disk: Finding {
    let here = FileManager.default.currentDirectoryPath
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: here)
    let free = (attributes?[.systemFreeSize] as? NSNumber)?.intValue
    return Finding(
      subject: "disk", found: free.map { "\(Human.bytes($0)) free in \(here)" } ?? "unknown",
      mend: (free ?? .max) < 1_000_000_000 ? "free some space: stores and runs are written" : nil)
  }
}
