import Foundation

/// A file mapped into memory for reading, unmapped with the last reference.
final class PixelMapping: Sendable {
  /// Nobody writes through it, so threads may share it.
  nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

  init?(path: String, length: Int) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard let start = mmap(nil, length, PROT_READ, MAP_SHARED, descriptor, 0), start != MAP_FAILED
    else { return nil }
    bytes = UnsafeRawBufferPointer(start: start, count: length)
  }

  deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }
}
