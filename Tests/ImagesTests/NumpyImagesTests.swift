import Foundation
import TestSupport
import Testing

@testable import Images

/// A `.npy` file of these numbers' bytes.
private func npy(_ type: String, _ shape: [Int], _ bytes: [UInt8], order: String = "False") -> Data
{
  let sizes = shape.map { "\($0)," }.joined(separator: " ")
  return npy(
    header: "{'descr': '\(type)', 'fortran_order': \(order), 'shape': (\(sizes)), }", bytes)
}

private func npy(header: String, _ bytes: [UInt8] = []) -> Data {
  let text = header + String(repeating: " ", count: 63 - (header.utf8.count + 10) % 64) + "\n"
  let length = UInt16(text.utf8.count)
  return Data(
    [0x93] + Array("NUMPY".utf8) + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)]
      + Array(text.utf8) + bytes)
}

private func int64(_ numbers: [Int]) -> [UInt8] {
  numbers.flatMap { number in withUnsafeBytes(of: Int64(number).littleEndian) { Array($0) } }
}

/// Opens a `.npz` file of these arrays.
private func open(_ arrays: [(String, Data)], options: StoreOptions? = nil) throws -> ImageStore {
  try withTemporaryFolder { folder in
    let entries = arrays.map { (name: $0.0 + ".npy", bytes: $0.1) }
    try write(PickleBytes.storedZip(entries), to: "\(folder)/set.npz")
    var options = options ?? StoreOptions()
    options.cacheFolder = "\(folder)/cache"
    return try ImageStore.open("\(folder)/set.npz", options: options).store
  }
}

private func message(_ arrays: [(String, Data)]) -> String {
  do {
    return "no error: \(try open(arrays).count)"
  } catch {
    return "\(error)"
  }
}

/// Three images of 4 × 5.
private let pixels = (0..<60).map { UInt8(4 * $0) }
private let images = ("images", npy("|u1", [3, 4, 5], pixels))

struct NumpyImagesTests {
  @Test("What numpy.savez_compressed wrote is stored byte for byte, and found again")
  func compressed() throws {
    try withTemporaryFolder { folder in
      let options = StoreOptions(cacheFolder: "\(folder)/cache")
      let path = "\(folder)/i/set.npz"
      try write(ArraySamples.compressed, to: path)
      let (store, _) = try ImageStore.open(path, options: options)
      #expect(store.task == .classes && store.classes == ["0", "1"])
      #expect(store.paths == ["test_images/0"] + (0..<3).map { "train_images/\($0)" })
      #expect(store.labels == [0, 1, 0, 1] && store.splits == [.test, .train, .train, .train])
      #expect(shape(store) == "4 x 5 x 1" && store.skipped.isEmpty)
      #expect(Array(store.bytes.dropFirst(20)) == pixels)
      #expect(store.pixels(at: 0) == pixels.prefix(20).map { $0 + 1 })
      #expect(try ImageStore.open(path, options: options).report.outcome == .opened)
      // A folder with the one file means the file.
      #expect(try ImageSource.scan("\(folder)/i").count == 4)
      let left = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/cache")
      #expect(left.count == 3, "\(left)")
    }
  }

  @Test("Damage to a compressed file is an error wherever it is, never a trap")
  func damaged() throws {
    try withTemporaryFolder { folder in
      let options = StoreOptions(cacheFolder: "\(folder)/cache")
      let good = ArraySamples.compressed
      var generator = SeededGenerator(seed: 1)
      for round in 0..<300 {
        var bytes = good
        if round % 3 == 0 {
          bytes = Array(bytes.prefix(generator.index(below: bytes.count)))
        } else {
          for _ in 0..<3 {
            bytes[generator.index(below: bytes.count)] = UInt8(truncatingIfNeeded: generator.next())
          }
        }
        try write(bytes, to: "\(folder)/set.npz")
        do throws(ImageError) {
          _ = try ImageStore.open("\(folder)/set.npz", options: options)
        } catch {
          #expect(error.description.contains("set.npz"), "\(error)")
        }
      }
    }
  }

  @Test("Colour, other sizes and x with y; -1 is unlabelled, class names are the numbers")
  func forms() throws {
    let x = ("x_train", npy("|u1", [2, 2, 2, 3], noise(24, seed: 1)))
    let store = try open([x, ("y_train", npy("<i8", [2, 1], int64([7, -1])))])
    #expect(shape(store) == "2 x 2 x 3" && store.classes == ["7"] && store.labels == [0, nil])
    #expect(Array(store.bytes) == noise(24, seed: 1))
    let small = try open([images], options: StoreOptions(maxShorterSide: 2, channels: .rgb))
    #expect(shape(small) == "2 x 3 x 3" && small.task == .none)
  }

  @Test("Several columns are tags, floating-point numbers are values")
  func otherTasks() throws {
    let tags = try open([images, ("labels", npy("|u1", [3, 2], [1, 1, 0, 0, 0, 1]))])
    #expect(tags.task == .tags && tags.tags == [[0, 1], [], [1]] && tags.classes == ["0", "1"])
    let floats = [1.5, .nan, -2].flatMap { (number: Double) in
      withUnsafeBytes(of: number.bitPattern.bigEndian) { Array($0) }
    }
    let values = try open([images, ("y", npy(">f8", [3], floats))])
    #expect(values.task == .values && values.values == [1.5, nil, -2])
  }

  @Test("Files of a folder are taken by their names")
  func folder() throws {
    try withTemporaryFolder { folder in
      try write(images.1, to: "\(folder)/i/images.npy")
      try write(npy("<i8", [3], int64([1, 0, 1])), to: "\(folder)/i/labels.npy")
      let options = StoreOptions(cacheFolder: "\(folder)/cache")
      let store = try ImageStore.open("\(folder)/i", options: options).store
      #expect(store.labels == [1, 0, 1] && Array(store.bytes) == pixels)
      let file = try ImageStore.open("\(folder)/i/images.npy", options: options)
      #expect(file.report.outcome == .opened && file.store.labels == [1, 0, 1])
    }
  }

  @Test("Hostile headers, wrong types and shapes are errors that name the array")
  func hostile() {
    func labels(_ data: Data) -> String { message([images, ("labels", data)]) }
    func array(_ type: String, _ shape: String) -> String {
      let header = "{'descr': '\(type)', 'fortran_order': False, 'shape': \(shape), }"
      return message([("images", npy(header: header, pixels))])
    }
    #expect(array("|u1", "(3, 4, 6)").contains("images: its shape (3, 4, 6) of u1 takes"))
    #expect(array("|u1", "(9223372036854775807, 2, 2)").contains("is not one"))
    #expect(array("<u8", "(1152921504606846976, 4, 4)").contains("is not one"))
    #expect(array("|u1", "(-3, -4, 5)").contains("is not one"))
    #expect(array("|u1", "(3, x, 5)").contains("is not one"))
    #expect(array("|u1", "(99999999999999999999, 1)").contains("is not one"))
    #expect(array("|u1", "3").contains("lacks descr, fortran_order or shape"))
    #expect(array("<f4", "(3, 5)").contains("its numbers are f4, expected u1"))
    #expect(array("|u1", "(60,)").contains("its shape is 60, expected images × height"))
    #expect(array("|u1", "(1, 3, 4, 5)").contains("for channels in front: array.transpose"))
    #expect(array("|u1", "(3, 0, 20, 0)").contains("takes"))
    #expect(array("|O", "(3,)").contains("of no simple type"))
    let fortran = npy("|u1", [3, 4, 5], pixels, order: "True")
    #expect(message([("images", fortran)]).contains("numpy.ascontiguousarray"))
    #expect(message([("images", npy("|u1", [0, 4, 5], []))]).contains("hold no images"))
    #expect(message([("images", Data("text".utf8))]).contains("it is no .npy array"))
    #expect(message([("data", images.1)]).contains("found data, expected train_images"))
    #expect(message([("test_images", images.1)]).contains("no train/"))
    #expect(labels(npy("|u1", [2], [0, 1])).contains("expected 3 rows, one for each image"))
    #expect(
      labels(npy("|u1", [3, 2], [0, 1, 2, 0, 0, 0])).contains("labels of images/1: found 2.0"))
    #expect(labels(npy("<i8", [3], int64([0, 1, -2]))).contains("label of images/2: found -2.0"))
    #expect(labels(npy("<U1", [3], Array(repeating: 65, count: 12))).contains("takes"))
    #expect(labels(npy("<f2", [3], Array(repeating: 0, count: 6))).contains("its numbers are f2"))
    let unlearnt = [
      ("train_images", images.1), ("train_labels", npy("|u1", [3], [0, 1, 0])),
      ("test_images", images.1), ("test_labels", npy("|u1", [3], [0, 1, 2])),
    ]
    #expect(message(unlearnt).contains("class 2 of test_images/2 has no training image"))
  }

  @Test("More bytes than deflate can make of the data are refused before they are made")
  func bomb() {
    let bytes = PackedBytes(file: "", range: 0..<10, packing: .deflate, size: 1 << 40)
    #expect(!bytes.isCredible)
    #expect(PackedBytes(file: "", range: 0..<10, packing: .deflate, size: 10_000).isCredible)
  }
}
