import CTorch

/// Where a tensor lives.
public struct Device: Hashable, Sendable, CustomStringConvertible {
  let type: Int32
  let index: Int32

  /// The processor.
  public static let cpu = Device(type: 0, index: 0)
  /// The first Apple GPU. Untested.
  public static let mps = Device(type: 13, index: 0)
  /// An NVIDIA GPU.
  public static func cuda(_ index: Int = 0) -> Device { Device(type: 1, index: Int32(index)) }

  /// The fastest device of this machine: CUDA, else MPS, else the processor.
  public static var best: Device {
    if Machine.cudaDevices > 0 { return .cuda() }
    return ctorch_has_mps() ? .mps : .cpu
  }

  /// Reads `auto`, `cpu`, `cuda`, `cuda:1` or `mps`.
  /// - Throws: ``TorchError/device(_:)`` if the name is unknown or the machine lacks the device.
  public init(_ name: String) throws(TorchError) {
    let parts = name.split(separator: ":", omittingEmptySubsequences: false)
    switch (parts.first, parts.count) {
    case ("auto", 1):
      self = .best
    case ("cpu", 1):
      self = .cpu
    case ("mps", 1):
      guard ctorch_has_mps() else { throw .device("this libtorch has no MPS; use --device cpu") }
      self = .mps
    case ("cuda", 1), ("cuda", 2):
      guard let index = parts.count == 1 ? 0 : Int(parts[1]), index >= 0 else { fallthrough }
      let count = Machine.cudaDevices
      guard index < count else {
        throw .device(
          "'\(name)' is not here: libtorch \(Machine.libtorchVersion) sees \(count) CUDA devices; "
            + "use --device cpu, or point $LIBTORCH at a CUDA build")
      }
      self = .cuda(index)
    default:
      throw .device("'\(name)' is not a device; use auto, cpu, cuda, cuda:N or mps")
    }
  }

  init(type: Int32, index: Int32) {
    self.type = type
    self.index = index
  }

  init(_ device: ctorch_device) {
    self.init(type: device.type, index: device.index)
  }

  var raw: ctorch_device { ctorch_device(type: type, index: index) }

  /// Whether this is the processor.
  public var isCPU: Bool { type == 0 }

  /// The kind of device without its index (`cpu`, `cuda`, `mps`): results are kept apart by it.
  public var kind: String {
    switch type {
    case 0: "cpu"
    case 1: "cuda"
    case 13: "mps"
    default: "device \(type)"
    }
  }

  /// The name that ``init(_:)`` reads.
  public var description: String { type == 1 ? "cuda:\(index)" : kind }

  /// Waits until the work queued on this device is done, for timings.
  public func synchronize() { ctorch_synchronize(raw) }
}
