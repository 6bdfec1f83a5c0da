import Foundation
import Synchronization

/// The rows of a file of pixels: one image each, height × width × channels bytes.
struct StoreRows {
  let shape: StoreShape
  /// What becomes 0 and 255 of samples of more than 8 bits.
  let ranges: [PixelRange]?
  let pixels: PixelSource
  let old: StoredFiles?

  private enum Row: Sendable {
    case stored(digest: String)
    case undecodable
    case unwritable(Int32)
  }

  /// Decodes or copies every source into its row, on all cores. Returns the digests, nil for what
  /// cannot be decoded: that row holds no pixels.
  func write(
    _ sources: [StoreBuilder.Source], to file: TemporaryFile.Handle, target: String,
    progress: @escaping @Sendable (Int, Int) -> Void
  ) throws(ImageError) -> [String?] {
    let oldRows = sources.map(oldRow)
    let total = oldRows.count { $0 == nil }
    let done = Mutex(0)
    let problem = Atomic<Int32>(0)
    let rows = parallelMap(sources.count) { index -> Row in
      guard problem.load(ordering: .relaxed) == 0 else { return .undecodable }
      let row = self.row(sources[index], oldRow: oldRows[index], to: file, at: index)
      if case .unwritable(let code) = row { problem.store(code, ordering: .relaxed) }
      if oldRows[index] == nil {
        done.withLock {
          $0 += 1
          progress($0, total)
        }
      }
      return row
    }
    let code = problem.load(ordering: .relaxed)
    guard code == 0 else {
      throw TemporaryFile.failure(code, target, needed: shape.bytes * sources.count)
    }
    return rows.map { row in
      guard case .stored(let digest) = row else { return nil }
      return digest
    }
  }

  /// Moves the rows at `kept` (ascending) together and cuts the rest off; errno on failure, else 0.
  func compact(_ file: TemporaryFile.Handle, keeping kept: [Int]) -> Int32 {
    withUnsafeTemporaryAllocation(byteCount: shape.bytes, alignment: 1) { row in
      for (new, old) in kept.enumerated() where new != old {
        var code = file.read(row, at: old * shape.bytes)
        if code == 0 { code = file.write(UnsafeRawBufferPointer(row), at: new * shape.bytes) }
        if code != 0 { return code }
      }
      return file.truncate(to: kept.count * shape.bytes)
    }
  }

  /// The row to copy, where the old store has the same shape.
  func oldRow(_ source: StoreBuilder.Source) -> Int? {
    guard shape == old?.index.shape else { return nil }
    return source.header.form != .deep || ranges == old?.index.ranges ? source.oldRow : nil
  }

  private func row(
    _ source: StoreBuilder.Source, oldRow: Int?, to file: TemporaryFile.Handle, at index: Int
  ) -> Row {
    if let oldRow, let old {
      let range = oldRow * shape.bytes..<(oldRow + 1) * shape.bytes
      let pixels = UnsafeRawBufferPointer(rebasing: old.pixels.bytes[range])
      let code = file.write(pixels, at: index * shape.bytes)
      return code == 0 ? .stored(digest: old.index.images.digests[oldRow]) : .unwritable(code)
    }
    let pixels = UnsafeMutableRawBufferPointer.allocate(byteCount: shape.bytes, alignment: 1)
    defer { pixels.deallocate() }
    guard decode(source, into: pixels) == nil else { return .undecodable }
    let code = file.write(UnsafeRawBufferPointer(pixels), at: index * shape.bytes)
    if code != 0 { return .unwritable(code) }
    return .stored(digest: ImageCodec.sha256(UnsafeRawBufferPointer(pixels)).hexadecimal)
  }

  /// Decodes one source into `shape.bytes` bytes; returns why it cannot.
  func decode(
    _ source: StoreBuilder.Source, into row: UnsafeMutableRawBufferPointer
  ) -> ImageCodec.Failure? {
    guard let start = row.baseAddress else { return nil }
    do {
      try pixels.decode(
        source.entry, header: source.header, into: shape, ranges: ranges, pixels: start)
      return nil
    } catch {
      return error
    }
  }
}
