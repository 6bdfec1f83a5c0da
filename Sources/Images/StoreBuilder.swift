import Foundation

/// Decodes a listing into the files of a store. An update gives the same store, byte for byte,
/// as building it anew would.
struct StoreBuilder {
  /// An image to store: where from, and what its header says.
  struct Source: Sendable {
    var entry: ImageListing.Entry
    var header: ImageCodec.Header
    /// Its row in the old store, if it stands there unchanged.
    var oldRow: Int?
  }

  let listing: ImageListing
  let pixels: PixelSource
  let options: StoreOptions
  let location: StoreLocation
  let old: StoredFiles?
  let progress: @Sendable (Int, Int) -> Void

  init(
    listing: ImageListing, options: StoreOptions, location: StoreLocation, old: StoredFiles?,
    progress: @escaping @Sendable (Int, Int) -> Void
  ) throws(ImageError) {
    (self.listing, self.options, self.location) = (listing, options, location)
    (self.old, self.progress) = (old, progress)
    pixels = try PixelSource(
      listing, maxPixels: options.maxPixels,
      scratch: "\(location.folder)/\(location.pixelFile(contentHash: "arrays"))")
  }

  /// Makes the files; `decoded` counts the images that were not taken over.
  func build() throws(ImageError) -> (files: StoredFiles, decoded: Int) {
    var (sources, failed) = readHeaders()
    while !sources.isEmpty {
      let shape = StoreShape(of: sources.map(\.header), options: options)
      let needed = shape.bytes * sources.count
      let target = "\(location.folder)/\(location.pixelFile(contentHash: "new"))"
      if let free = TemporaryFile.freeBytes(in: location.folder), free < needed {
        throw .diskFull(path: target, needed: needed, available: free)
      }
      let file = try TemporaryFile(for: target)
      let ranges = ranges(of: sources, shape)
      let rows = StoreRows(shape: shape, ranges: ranges, pixels: pixels, old: old)
      let digests = try rows.write(sources, to: file.handle, target: target, progress: progress)

      let kept = sources.indices.filter { digests[$0] != nil }
      let all = sources
      failed += explain(all.indices.filter { digests[$0] == nil }.map { all[$0] }, rows)
      sources = kept.map { all[$0] }
      // The shape must not hang on images that are not stored: then once more without them.
      if sources.isEmpty || StoreShape(of: sources.map(\.header), options: options) != shape {
        continue
      }
      let code = kept.count < all.count ? rows.compact(file.handle, keeping: kept) : 0
      guard code == 0 else { throw TemporaryFile.failure(code, target, needed: needed) }

      var index = makeIndex(sources, kept.compactMap { digests[$0] }, failed, shape)
      index.ranges = ranges
      let decoded = sources.count { rows.oldRow($0) == nil }
      if listing.task == .masks {
        let damaged = try addMasks(of: sources, to: &index)
        // An image whose mask cannot be read is not stored: once more without it.
        if !damaged.isEmpty {
          failed += damaged.map { Self.failed(sources[$0.row].entry, $0.failure) }
          let rows = Set(damaged.map(\.row))
          sources = sources.indices.filter { !rows.contains($0) }.map { sources[$0] }
          continue
        }
      } else {
        name(&index)
      }
      let path = "\(location.folder)/\(index.pixelFile)"
      try file.commit(as: path, needed: needed)
      return (try commit(index), decoded)
    }
    throw .nothingDecoded(path: listing.root, skipped: listing.skipped + failed.map(\.image))
  }

  /// What can be decoded by its header, and what cannot. Files that the old store knows are not
  /// opened.
  private func readHeaders() -> (sources: [Source], failed: [StoreIndex.Failed]) {
    let images = old?.index.images ?? StoreIndex.Images()
    let oldRows = Dictionary(zip(images.paths, 0...), uniquingKeysWith: { first, _ in first })
    let oldFailed = Dictionary(
      (old?.index.failed ?? []).map { ($0.image.path, $0) }, uniquingKeysWith: { first, _ in first }
    )

    let read = parallelMap(listing.entries.count) { position -> Result<Source, Rejected> in
      let entry = listing.entries[position]
      if let row = oldRows[entry.path], images.bytes[row] == entry.bytes,
        images.modified[row] == entry.modified
      {
        let header = ImageCodec.Header(
          width: images.widths[row], height: images.heights[row], colours: images.colours[row],
          form: images.forms[row])
        return .success(Source(entry: entry, header: header, oldRow: row))
      }
      if let failure = oldFailed[entry.path], old?.index.isStillFailing(failure, entry) == true {
        return .failure(Rejected(position: position, known: failure))
      }
      do {
        let header = try pixels.header(of: entry)
        return .success(Source(entry: entry, header: header))
      } catch {
        return .failure(Rejected(position: position, known: nil))
      }
    }
    var sources: [Source] = []
    var failed: [StoreIndex.Failed] = []
    for result in read {
      switch result {
      case .success(let source): sources.append(source)
      case .failure(let rejected):
        let entry = listing.entries[rejected.position]
        failed.append(rejected.known ?? explainHeader(of: entry))
      }
    }
    return (sources, failed)
  }

  private struct Rejected: Error {
    var position: Int
    var known: StoreIndex.Failed?
  }

  // libvips keeps one error buffer for all threads: the reasons of the few failures are found by
  // failing again, one at a time.

  private func explainHeader(of entry: ImageListing.Entry) -> StoreIndex.Failed {
    do {
      _ = try pixels.header(of: entry)
      return Self.changing(entry)
    } catch {
      return Self.failed(entry, error)
    }
  }

  private func explain(_ sources: [Source], _ rows: StoreRows) -> [StoreIndex.Failed] {
    let pixels = UnsafeMutableRawBufferPointer.allocate(byteCount: rows.shape.bytes, alignment: 1)
    defer { pixels.deallocate() }
    return sources.map { source in
      rows.decode(source, into: pixels).map { Self.failed(source.entry, $0) }
        ?? Self.changing(source.entry)
    }
  }

  private static func failed(
    _ entry: ImageListing.Entry, _ failure: ImageCodec.Failure
  ) -> StoreIndex.Failed {
    let image = SkippedImage(path: entry.path, cause: failure.cause, reason: failure.reason)
    return StoreIndex.Failed(
      image: image, bytes: entry.bytes, modified: entry.modified, mask: entry.mask)
  }

  /// Failed once and then not: someone writes to it. `unreadable` is tried again next time.
  private static func changing(_ entry: ImageListing.Entry) -> StoreIndex.Failed {
    failed(
      entry, ImageCodec.Failure(cause: .unreadable, reason: "it changed while it was being read"))
  }

  private func makeIndex(
    _ sources: [Source], _ digests: [String], _ failed: [StoreIndex.Failed], _ shape: StoreShape
  ) -> StoreIndex {
    let entries = sources.map(\.entry)
    var images = StoreIndex.Images(
      paths: entries.map(\.path), labels: entries.map(\.label), splits: entries.map(\.split),
      bytes: entries.map(\.bytes), modified: entries.map(\.modified),
      widths: sources.map(\.header.width), heights: sources.map(\.header.height),
      colours: sources.map(\.header.colours), forms: sources.map(\.header.form), digests: digests)
    if listing.task == .tags { images.tags = entries.map(\.tags) }
    if listing.task == .values { images.values = entries.map(\.value) }
    if !listing.groupNames.isEmpty { images.groups = entries.map { $0.group ?? 0 } }
    return StoreIndex(
      root: listing.root, options: options, pixelFile: "", contentHash: "", height: shape.height,
      width: shape.width, channels: shape.channels, task: listing.task, classes: listing.classes,
      listedClasses: listing.classes, groupNames: listing.groupNames, images: images,
      failed: failed.sorted { $0.image.path < $1.image.path })
  }

  /// Names the files by the content, which is complete now.
  private func name(_ index: inout StoreIndex) {
    let hash = StoreIndex.contentHash(
      shape: index.shape, task: index.task, classes: index.classes.count, images: index.images)
    index.contentHash = hash
    index.pixelFile = location.pixelFile(contentHash: hash)
    if index.task == .masks { index.maskFile = location.maskFile(contentHash: hash) }
  }

  /// Writes the masks and completes the index; where some cannot be read, returns which and does
  /// neither.
  private func addMasks(
    of sources: [Source], to index: inout StoreIndex
  ) throws(ImageError) -> [MaskRows.Damaged] {
    let target = "\(location.folder)/\(location.maskFile(contentHash: "new"))"
    let file = try TemporaryFile(for: target)
    let rows = MaskRows(
      height: index.height, width: index.width, root: listing.root, classes: listing.classes,
      maxPixels: options.maxPixels)
    let written = try rows.write(sources, to: file.handle, target: target)
    if !written.damaged.isEmpty { return written.damaged }
    let masks = sources.compactMap(\.entry.mask)
    index.classes = written.classes
    index.images.masks = StoreIndex.Masks(
      paths: masks.map(\.path), bytes: masks.map(\.bytes), modified: masks.map(\.modified),
      digests: written.digests)
    name(&index)
    try file.commit(
      as: "\(location.folder)/\(index.maskFile ?? "")",
      needed: sources.count * index.height * index.width)
    return []
  }

  /// The pixels are in place; the index that names them makes them the store.
  private func commit(_ index: StoreIndex) throws(ImageError) -> StoredFiles {
    let count = index.images.paths.count
    var files = StoredFiles(
      index: index, pixels: try map(index.pixelFile, bytes: index.shape.bytes * count))
    if let maskFile = index.maskFile {
      files.masks = try map(maskFile, bytes: index.height * index.width * count)
    }
    let json: Data
    do {
      json = try index.encoded()
    } catch {
      throw .cannotWrite(path: location.index, reason: "\(error)")
    }
    try TemporaryFile.write([UInt8](json), to: location.index)
    return files
  }

  private func map(_ file: String, bytes: Int) throws(ImageError) -> PixelMapping {
    let path = "\(location.folder)/\(file)"
    guard let mapping = PixelMapping(path: path, length: bytes) else {
      throw .cannotRead(path: path, reason: "it cannot be mapped into memory")
    }
    return mapping
  }
}
