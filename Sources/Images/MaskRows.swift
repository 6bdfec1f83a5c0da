import Foundation

/// Class maps in the order of their images: one row each, height × width bytes.
struct MaskRows {
  let height: Int
  let width: Int
  let root: String
  /// Names of the classes, empty where none are given.
  let classes: [String]
  let maxPixels: Int

  /// An image whose mask cannot be read.
  struct Damaged {
    var row: Int
    var failure: ImageCodec.Failure
  }

  struct Written {
    var digests: [String] = []
    var classes: [String] = []
    var damaged: [Damaged] = []
  }

  private enum Row: Sendable {
    case stored(keys: [UInt32], isPalette: Bool)
    case otherSize(width: Int, height: Int)
    case undecodable
    case unwritable(Int32)
  }

  /// Decodes all masks into `file`. Where some cannot be read, it says only which.
  func write(
    _ sources: [StoreBuilder.Source], to file: TemporaryFile.Handle, target: String
  ) throws(ImageError) -> Written {
    let needed = height * width * sources.count
    let rows = parallelMap(sources.count) { row(sources[$0], to: file, at: $0) }
    var written = Written()
    var read: [MaskCoding.File] = []
    for (position, row) in rows.enumerated() {
      let path = maskPath(sources[position])
      switch row {
      case .stored(let keys, let isPalette):
        read.append(MaskCoding.File(path: path, keys: keys, isPalette: isPalette))
      case .otherSize(let width, let height):
        let source = sources[position]
        throw .mask(
          path: path,
          problem: "it is \(width) × \(height) pixels, its image \(source.entry.path) "
            + "\(source.header.width) × \(source.header.height). Save the mask at the image's size")
      case .unwritable(let code):
        throw TemporaryFile.failure(code, target, needed: needed)
      case .undecodable:
        // libvips keeps one error buffer for all threads: the reason is found by failing again.
        var failure = ImageCodec.Failure(cause: .unreadable, reason: "it changed while being read")
        do {
          _ = try DecodedMask(path, maxPixels: maxPixels)
        } catch {
          failure = error
        }
        failure.reason = "its mask \(sources[position].entry.mask?.path ?? ""): \(failure.reason)"
        written.damaged.append(Damaged(row: position, failure: failure))
      }
    }
    if !written.damaged.isEmpty { return written }

    let files = read
    let coding = try MaskCoding(files, named: classes, root: root)
    let renamed = parallelMap(sources.count) { position -> Result<String, WriteFailure> in
      rename(row: position, by: coding.table(files[position].keys), in: file)
    }
    for result in renamed {
      switch result {
      case .success(let digest): written.digests.append(digest)
      case .failure(let failure): throw TemporaryFile.failure(failure.code, target, needed: needed)
      }
    }
    written.classes = coding.classes
    return written
  }

  private struct WriteFailure: Error { var code: Int32 }

  private func maskPath(_ source: StoreBuilder.Source) -> String {
    ImageListing.file(source.entry.mask?.path ?? "", in: root)
  }

  /// Writes a mask's local indices; what they mean hangs on all masks.
  private func row(
    _ source: StoreBuilder.Source, to file: TemporaryFile.Handle, at position: Int
  ) -> Row {
    guard let mask = try? DecodedMask(maskPath(source), maxPixels: maxPixels) else {
      return .undecodable
    }
    guard mask.width == source.header.width && mask.height == source.header.height else {
      return .otherSize(width: mask.width, height: mask.height)
    }
    let code = mask.resized(height: height, width: width).withUnsafeBytes {
      file.write($0, at: position * height * width)
    }
    return code == 0 ? .stored(keys: mask.keys, isPalette: mask.isPalette) : .unwritable(code)
  }

  /// Puts classes for local indices; returns the row's digest.
  private func rename(
    row: Int, by table: [UInt8], in file: TemporaryFile.Handle
  ) -> Result<String, WriteFailure> {
    var bytes = [UInt8](repeating: 0, count: height * width)
    let code = bytes.withUnsafeMutableBytes { bytes in
      let code = file.read(bytes, at: row * bytes.count)
      if code != 0 { return code }
      for place in bytes.indices { bytes[place] = table[Int(bytes[place])] }
      return file.write(UnsafeRawBufferPointer(bytes), at: row * bytes.count)
    }
    if code != 0 { return .failure(WriteFailure(code: code)) }
    return .success(bytes.withUnsafeBytes(ImageCodec.sha256).hexadecimal)
  }
}
