import Foundation

/// Image sets in the binary files of MNIST, CIFAR and STL-10, by the names that they are published under.
///
/// - IDX, gzipped or not (LeCun, "The MNIST database"): `train-images-idx3-ubyte`,
///   `t10k-images-idx3-ubyte` and the like, labels in files of the same name with `labels` and
///   `idx1`;
/// - STL-10: `train_X.bin`, `test_X.bin` and `unlabeled_X.bin`, labels in `train_y.bin` and
///   `test_y.bin`, names in `class_names.txt` (Coates, Ng and Lee, 2011);
/// - CIFAR-10: `data_batch_1.bin` and so on and `test_batch.bin`; CIFAR-100: `train.bin` and
///   `test.bin`, of whose labels the fine ones are taken (Krizhevsky, 2009). `batches.meta.txt` or
///   `fine_label_names.txt` names the classes.
enum BinaryImages {
  private struct Part {
    var images: ImageArray
    var labels: [UInt8]?
    var split: Split
  }

  /// Whether a file's name is that of a part of such a set.
  static func isNamedLikeOne(_ name: String) -> Bool {
    name.contains("idx3") || name.contains("idx1") || name.hasSuffix(".bin")
  }

  /// The images of a folder, an absolute path; nil where there are no such files.
  static func scan(_ folder: String) throws(ImageError) -> ImageListing? {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    var parts: [Part] = []
    var (bytes, modified) = (0, 0)
    for name in names {
      let part =
        if name.contains("images") && name.contains("idx3") {
          try idx(name, in: folder)
        } else if name.hasPrefix("data_batch_") && name.hasSuffix(".bin") {
          try cifar(name, in: folder, labels: 1, split: .train)
        } else if name == "test_batch.bin" {
          try cifar(name, in: folder, labels: 1, split: .test)
        } else if name == "train.bin" || name == "test.bin" {
          try cifar(name, in: folder, labels: 2, split: name == "train.bin" ? .train : .test)
        } else if ["train_X.bin", "test_X.bin", "unlabeled_X.bin"].contains(name) {
          try stl(name, in: folder)
        } else {
          nil as Part?
        }
      guard let part else { continue }
      parts.append(part)
      if let status = FolderWalk.status("\(folder)/\(name)") {
        bytes += Int(status.st_size)
        modified = max(modified, FolderWalk.modified(status))
      }
    }
    guard !parts.isEmpty else { return nil }
    guard parts.contains(where: { $0.split == .train }) else {
      throw .noTrainSplit(path: folder, found: parts.map(\.images.name))
    }
    var listing = ImageListing(source: folder)
    listing.layout = .arrays
    for (position, part) in parts.enumerated() {
      listing.arrays.append(part.images)
      listing.entries += (0..<part.images.count).map { row in
        var entry = ImageListing.Entry(
          path: part.images.path(row), split: part.split, bytes: bytes, modified: modified)
        entry.place = ImageListing.ArrayPlace(array: position, row: row)
        return entry
      }
    }
    guard !listing.entries.isEmpty else {
      throw .arrays(path: folder, problem: "its files hold no images")
    }
    listing.notes = ["Images are in \(parts.map(\.images.name).joined(separator: ", "))."]
    try ArrayTargets.add(
      parts.map { part in
        part.labels.map {
          ArrayTargets.Labels(
            name: "the labels of \(part.images.name)", columns: 1, isFloating: false,
            numbers: $0.map { Double($0) })
        }
      }, to: &listing)
    nameClasses(of: &listing, in: folder)
    listing.entries.sort { $0.path < $1.path }
    return listing
  }

  // MARK: IDX

  private static func idx(_ name: String, in folder: String) throws(ImageError) -> Part {
    let split: Split =
      name.contains("t10k") || name.contains("test")
      ? .test : name.contains("val") ? .validation : .train
    let (images, sizes) = try idxBytes(name, dimensions: 3, in: folder)
    guard sizes[0] == 0 || sizes[1] > 0 && sizes[2] > 0 && sizes[1] <= 65_535 && sizes[2] <= 65_535
    else {
      throw .arrays(path: "\(folder)/\(name)", problem: "it has \(sizes[0]) images without pixels")
    }
    let array = ImageArray(
      name: name, bytes: images, offset: 16, stride: sizes[1] * sizes[2], count: sizes[0],
      height: sizes[1], width: sizes[2], channels: 1)
    let partner = name.replacing("images", with: "labels").replacing("idx3", with: "idx1")
    guard FolderWalk.status("\(folder)/\(partner)") != nil else {
      return Part(images: array, split: split)
    }
    let (labels, counts) = try idxBytes(partner, dimensions: 1, in: folder)
    guard counts[0] == sizes[0] else {
      throw .arrays(
        path: "\(folder)/\(partner)",
        problem: "it has \(counts[0]) labels, \(name) \(sizes[0]) images")
    }
    let bytes = labels.prefix(8 + counts[0], in: try contents("\(folder)/\(partner)"))
    guard bytes.count == 8 + counts[0] else { throw damaged("\(folder)/\(partner)") }
    return Part(images: array, labels: Array(bytes.dropFirst(8)), split: split)
  }

  /// The file's bytes, and its sizes by its header.
  private static func idxBytes(
    _ name: String, dimensions: Int, in folder: String
  ) throws(ImageError) -> (PackedBytes, [Int]) {
    let path = "\(folder)/\(name)"
    let data = try contents(path)
    let isGzip = data.starts(with: [0x1F, 0x8B])
    var bytes = PackedBytes(
      file: path, range: 0..<data.count, packing: isGzip ? .gzip : .none, size: UInt64(data.count))
    let start = bytes.prefix(4 + 4 * dimensions, in: data)
    guard start.count == 4 + 4 * dimensions, start.starts(with: [0, 0, 8, UInt8(dimensions)]) else {
      throw .arrays(
        path: path, problem: "it is no IDX file of bytes in \(dimensions) dimensions; copy it again"
      )
    }
    let sizes = (0..<dimensions).map { place in
      start[(4 + 4 * place)..<(8 + 4 * place)].reduce(0) { $0 << 8 | Int($1) }
    }
    var total = (partialValue: 1, overflow: false)
    for size in sizes where !total.overflow {
      total = total.partialValue.multipliedReportingOverflow(by: size)
    }
    let needed = UInt64(clamping: total.partialValue) + UInt64(start.count)
    if isGzip { bytes.size = needed }
    guard !total.overflow, bytes.size == needed, bytes.isCredible else {
      throw .arrays(
        path: path,
        problem:
          "its header says \(sizes.map(String.init).joined(separator: " × ")) bytes, which is "
          + "not what it holds; copy the file again")
    }
    return (bytes, sizes)
  }

  // MARK: CIFAR

  private static func cifar(
    _ name: String, in folder: String, labels: Int, split: Split
  ) throws(ImageError) -> Part {
    let path = "\(folder)/\(name)"
    let data = try contents(path)
    let record = labels + 3 * 32 * 32
    guard data.count > 0, data.count % record == 0 else {
      throw .arrays(
        path: path,
        problem:
          "it has \(data.count) bytes, expected a multiple of \(record), the size of an image "
          + "with its label; copy the file again")
    }
    let array = ImageArray(
      name: name, bytes: PackedBytes(file: path, range: 0..<data.count, size: UInt64(data.count)),
      offset: labels, stride: record, count: data.count / record, height: 32, width: 32,
      channels: 3, isPlanar: true)
    return Part(
      images: array, labels: (0..<array.count).map { data[$0 * record + labels - 1] }, split: split)
  }

  // MARK: STL-10

  private static func stl(_ name: String, in folder: String) throws(ImageError) -> Part {
    let (path, side) = ("\(folder)/\(name)", 96)
    let data = try contents(path)
    let size = 3 * side * side
    guard data.count > 0, data.count % size == 0 else {
      throw .arrays(
        path: path,
        problem:
          "it has \(data.count) bytes, expected a multiple of \(size), the size of an image; "
          + "copy the file again")
    }
    let array = ImageArray(
      name: name, bytes: PackedBytes(file: path, range: 0..<data.count, size: UInt64(data.count)),
      offset: 0, stride: size, count: data.count / size, height: side, width: side, channels: 3,
      isPlanar: true, isTransposed: true)
    let split: Split = name == "test_X.bin" ? .test : .train
    let partner = "\(folder)/\(name.replacing("_X", with: "_y"))"
    guard FolderWalk.status(partner) != nil else { return Part(images: array, split: split) }
    let labels = try contents(partner)
    guard labels.count == array.count, !labels.contains(0) else {
      throw .arrays(
        path: partner,
        problem: "it has \(labels.count) labels from \(labels.min() ?? 0) on, expected "
          + "\(array.count) from 1 on; copy the file again")
    }
    return Part(images: array, labels: labels.map { $0 - 1 }, split: split)
  }

  private static func nameClasses(of listing: inout ImageListing, in folder: String) {
    for name in ["batches.meta.txt", "fine_label_names.txt", "class_names.txt"] {
      guard let bytes = FileManager.default.contents(atPath: "\(folder)/\(name)"),
        let text = String(validating: bytes, as: UTF8.self)
      else { continue }
      let names = text.split(whereSeparator: \.isNewline).map(String.init)
      let given = listing.classes.compactMap { Int($0) }.filter(names.indices.contains)
      if given.count == listing.classes.count && Set(names).count == names.count {
        listing.classes = given.map { names[$0] }
      }
    }
  }

  private static func damaged(_ path: String) -> ImageError {
    .arrays(path: path, problem: "its compressed data is damaged or cut off; copy the file again")
  }

  private static func contents(_ path: String) throws(ImageError) -> Data {
    do {
      return try Data(contentsOf: URL(filePath: path), options: .mappedIfSafe)
    } catch {
      throw .cannotRead(path: path, reason: (error as NSError).localizedDescription)
    }
  }
}
