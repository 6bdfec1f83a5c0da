import Foundation

/// An image file's content: a file of its own, a stretch of another, or what was made of a file.
struct ImageContent: Sendable {
  /// The file, for messages and reading.
  let path: String
  /// Where the content lies in memory; nil for a file of its own.
  private let stretch: MappedBytes?
  /// What was made of the file; nil for most.
  private let made: Data?

  /// A file of its own.
  init(_ path: String) { (self.path, stretch, made) = (path, nil, nil) }

  /// A stretch of a file that is mapped.
  init(_ path: String, _ stretch: MappedBytes) {
    (self.path, self.stretch, made) = (path, stretch, nil)
  }

  /// What was made of a file.
  init(_ path: String, made: Data) { (self.path, stretch, self.made) = (path, nil, made) }

  /// Runs `body` on the whole content.
  func withBytes<Result>(
    _ body: (UnsafeRawBufferPointer) -> Result
  ) throws(ImageCodec.Failure) -> Result {
    if let stretch { return body(stretch.bytes) }
    return try data().withUnsafeBytes(body)
  }

  /// The same in memory, for what is read more than once.
  func loaded() throws(ImageCodec.Failure) -> ImageContent {
    isInMemory ? self : ImageContent(path, made: try data())
  }

  private func data() throws(ImageCodec.Failure) -> Data {
    if let made { return made }
    guard let file = FileManager.default.contents(atPath: path) else {
      throw ImageCodec.Failure(cause: .unreadable, reason: FolderWalk.reason(errno))
    }
    return file
  }

  /// The first bytes, at most `count`.
  func start(_ count: Int) throws(ImageCodec.Failure) -> [UInt8] {
    if let stretch { return Array(stretch.bytes.prefix(count)) }
    if let made { return Array(made.prefix(count)) }
    // A stream would allocate and fill a buffer of its own, for every image.
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      throw ImageCodec.Failure(cause: .unreadable, reason: FolderWalk.reason(errno))
    }
    defer { close(file) }
    return [UInt8](unsafeUninitializedCapacity: count) { bytes, found in
      found = max(0, read(file, bytes.baseAddress, count))
    }
  }

  /// Whether libvips must read it from memory.
  var isInMemory: Bool { stretch != nil || made != nil }
  /// Whether it is a stretch of another file.
  var isStretch: Bool { stretch != nil }

  /// Bytes at a place; nil beyond the end.
  func bytes(_ count: Int, at offset: UInt64) -> [UInt8]? {
    if let stretch {
      guard offset <= UInt64(stretch.bytes.count),
        UInt64(count) <= UInt64(stretch.bytes.count) - offset
      else { return nil }
      return Array(stretch.bytes[Int(offset)..<Int(offset) + count])
    }
    guard offset < UInt64(Int64.max), let file = fopen(path, "rb") else { return nil }
    defer { fclose(file) }
    var bytes = [UInt8](repeating: 0, count: count)
    guard fseeko(file, off_t(offset), SEEK_SET) == 0, fread(&bytes, 1, count, file) == count else {
      return nil
    }
    return bytes
  }
}
