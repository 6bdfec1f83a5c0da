import Foundation
import TestSupport

@testable import Images

/// Feeds the readers of image sets with files that were damaged on purpose: arrays of numpy, IDX,
/// CIFAR's binaries, tar files, tables, COCO's lists and VOC's descriptions.
///
/// A case is written to a folder and read from there, pixels of arrays included; anything but a listing
/// or an ``ImageError`` ends the process. What libvips and zlib read is theirs to test.
struct ImageFuzzer {
  /// A set with one file to be damaged.
  private struct Sample {
    var name: String
    /// Relative to the set's folder.
    var file: String
    var bytes: [UInt8]
    /// What else lies there.
    var others: [String: [UInt8]] = [:]
  }

  private(set) var accepted = 0
  private(set) var refused = 0
  private let samples: [Sample]
  private let damage: ByteDamage
  private let root: String

  init(seed: UInt64) throws {
    root = FileManager.default.temporaryDirectory.path + "/glean-fuzz-\(UUID())"
    samples = try Self.samples()
    damage = ByteDamage(of: samples.map(\.bytes), seed: seed)
    for sample in samples {
      for (file, bytes) in sample.others.merging(
        [sample.file: sample.bytes],
        uniquingKeysWith: {
          first, _ in first
        })
      {
        let url = URL(filePath: "\(root)/\(sample.name)/\(file)")
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
      }
      // What is not damaged must be read, or nothing is tested.
      _ = try ImageSource.scan("\(root)/\(sample.name)")
    }
  }

  /// Removes the folder of the cases.
  func end() { try? FileManager.default.removeItem(atPath: root) }

  /// Reads cases until they or the time run out.
  mutating func run(
    _ cases: Range<Int>, within limit: Duration, before: (Int, Int) -> Void
  ) throws {
    let clock = ContinuousClock()
    let start = clock.now
    for (count, number) in cases.enumerated() {
      if start.duration(to: clock.now) >= limit { break }
      before(number, count)
      let (index, bytes) = damage.case(number)
      let sample = samples[index]
      let folder = "\(root)/\(sample.name)"
      try Data(bytes).write(to: URL(filePath: "\(folder)/\(sample.file)"))
      do throws(ImageError) {
        try read(folder)
        accepted += 1
      } catch {
        _ = error.description
        refused += 1
      }
    }
  }

  private func read(_ folder: String) throws(ImageError) {
    let listing = try ImageSource.scan(folder)
    let source = try PixelSource(listing, maxPixels: 1_000_000, scratch: "\(folder)/scratch")
    for entry in listing.entries.prefix(2) {
      guard let header = try? source.header(of: entry), entry.place != nil,
        header.width * header.height <= 1_000_000
      else { continue }
      let shape = StoreShape(height: header.height, width: header.width, channels: header.colours)
      let pixels = UnsafeMutableRawPointer.allocate(byteCount: shape.bytes, alignment: 1)
      defer { pixels.deallocate() }
      try? source.decode(entry, header: header, into: shape, ranges: nil, pixels: pixels)
    }
  }

  private static func samples() throws -> [Sample] {
    let image = try ImageCodec.png([1, 2, 3, 4, 5, 6], width: 2, height: 1, channels: 3)
    let images = ["a.png": image, "b.png": image]
    let npy = numpy("'descr': '|u1', 'fortran_order': False, 'shape': (3, 2, 2)", [UInt8](0..<12))
    let labels = numpy("'descr': '<i8', 'fortran_order': False, 'shape': (3,)", [UInt8](0..<24))
    let tar = SampleArchives.tar([
      .init(name: "a.png", bytes: image), .init(name: "a.cls", bytes: [0x31]),
      .init(name: "b.png", bytes: image),
      .init(name: "b.json", bytes: Array(#"{"label": 2}"#.utf8)),
    ])
    let csv = "path,label,split,group\na.png,x,train,1\n\"b.png\",\"x\",test,2\n"
    let lines =
      #"{"path": "a.png", "labels": ["x", "y"], "split": "train"}"# + "\n"
      + #"{"path": "b.png", "labels": ["\u00e9"], "split": "test"}"# + "\n"
    let coco =
      #"{"images": [{"id": 1, "file_name": "a.png"}, {"id": 2, "file_name": "b.png"}],"#
      + #""categories": [{"id": 7, "name": "cat"}],"#
      + #""annotations": [{"image_id": 1, "category_id": 7, "bbox": [0, 0, 1, 1]}]}"#
    let voc =
      "<annotation><!-- one --><object><name>cat</name><part><name>head</name></part></object>"
      + "</annotation>"
    return [
      Sample(
        name: "npz", file: "a.npz",
        bytes: SampleArchives.zip([("train_images.npy", npy), ("train_labels.npy", labels)])),
      Sample(name: "deflated", file: "a.npz", bytes: ArraySamples.compressed),
      Sample(
        name: "npy", file: "train_images.npy", bytes: npy, others: ["train_labels.npy": labels]),
      Sample(name: "idx", file: "train-images-idx3-ubyte.gz", bytes: ArraySamples.gzippedIDX),
      Sample(
        name: "plain-idx", file: "train-images-idx3-ubyte",
        bytes: [0, 0, 8, 3, 0, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 2] + (0..<12)),
      Sample(
        name: "cifar", file: "data_batch_1.bin", bytes: [3] + [UInt8](repeating: 9, count: 3072)),
      Sample(name: "tar", file: "a.tar", bytes: tar),
      Sample(name: "csv", file: "labels.csv", bytes: Array(csv.utf8), others: images),
      Sample(name: "jsonl", file: "labels.jsonl", bytes: Array(lines.utf8), others: images),
      Sample(
        name: "coco", file: "annotations/instances_train.json", bytes: Array(coco.utf8),
        others: images),
      Sample(
        name: "voc", file: "Annotations/a.xml", bytes: Array(voc.utf8),
        others: ["JPEGImages/a.png": image]),
    ]
  }

  private static func numpy(_ header: String, _ data: [UInt8]) -> [UInt8] {
    let text = "{\(header), }\n"
    return [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(text.utf8.count), 0] + Array(text.utf8)
      + data
  }
}
