import Foundation
import Images
import TestSupport
import Testing

private func big(_ numbers: Int...) -> [UInt8] {
  numbers.flatMap { number in withUnsafeBytes(of: UInt32(number).bigEndian) { Array($0) } }
}

private func message(_ folder: String) -> String {
  do {
    return "no error: \(try ImageSource.scan(folder).count)"
  } catch {
    return "\(error)"
  }
}

struct BinaryImagesTests {
  private let pixels = noise(2 * 20, seed: 1)

  @Test("IDX files, gzipped and not, make one set with train and test")
  func idx() throws {
    try withTemporaryFolder { folder in
      try write(ArraySamples.gzippedIDX, to: "\(folder)/i/train-images-idx3-ubyte.gz")
      try write(big(0x801, 3) + [5, 2, 5], to: "\(folder)/i/train-labels-idx1-ubyte.gz")
      try write(big(0x803, 2, 4, 5) + pixels, to: "\(folder)/i/t10k-images-idx3-ubyte")
      try write(big(0x801, 2) + [2, 5], to: "\(folder)/i/t10k-labels-idx1-ubyte")
      let options = StoreOptions(cacheFolder: "\(folder)/cache")
      let store = try ImageStore.open("\(folder)/i", options: options).store
      #expect(store.classes == ["2", "5"] && store.labels == [0, 1, 1, 0, 1])
      #expect(store.splits == [.test, .test, .train, .train, .train])
      #expect(Array(store.bytes.prefix(40)) == pixels)
      #expect(Array(store.bytes.dropFirst(40)) == (0..<60).map { UInt8(4 * $0) })
      let file = "\(folder)/i/train-images-idx3-ubyte.gz"
      #expect(try ImageStore.open(file, options: options).report.outcome == .opened)

      for (bytes, expected) in [
        (big(0x803, 2, 4, 6) + pixels, "2 × 4 × 6 bytes, which is not what it holds"),
        (big(0x803, 0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF) + pixels, "which is not what it holds"),
        (big(0xD03, 2, 4, 5) + pixels, "no IDX file of bytes in 3 dimensions"),
        ([0, 0], "no IDX file"), (big(0x803, 1, 4, 5) + pixels.prefix(20), "it has 2 labels"),
      ] {
        try write(bytes, to: "\(folder)/i/t10k-images-idx3-ubyte")
        #expect(message("\(folder)/i").contains(expected), "\(message("\(folder)/i"))")
      }
    }
  }

  @Test("CIFAR's planes become pixels, its names classes")
  func cifar() throws {
    try withTemporaryFolder { folder in
      let planes = noise(3072, seed: 2)
      try write([1] + planes + [0] + noise(3072, seed: 3), to: "\(folder)/i/data_batch_1.bin")
      try write([1] + planes, to: "\(folder)/i/test_batch.bin")
      try write("frog\nship\n\n".utf8, to: "\(folder)/i/batches.meta.txt")
      let options = StoreOptions(cacheFolder: "\(folder)/cache")
      let store = try ImageStore.open("\(folder)/i", options: options).store
      #expect(store.classes == ["frog", "ship"] && store.labels == [1, 0, 1])
      #expect(store.splits == [.train, .train, .test] && shape(store) == "32 x 32 x 3")
      let expected = (0..<1024).flatMap { [planes[$0], planes[1024 + $0], planes[2048 + $0]] }
      #expect(store.pixels(at: 0) == expected && store.pixels(at: 2) == expected)
      try write(planes, to: "\(folder)/i/test_batch.bin")
      #expect(message("\(folder)/i").contains("3072 bytes, expected a multiple of 3073"))
    }
  }

  @Test("CIFAR-100's fine labels are taken")
  func cifar100() throws {
    try withTemporaryFolder { folder in
      try write([9, 1] + noise(3072) + [9, 0] + noise(3072), to: "\(folder)/train.bin")
      try write([9, 1] + noise(3072), to: "\(folder)/test.bin")
      let listing = try ImageSource.scan(folder)
      #expect(listing.classes == ["0", "1"])
      #expect(listing.entries.map(\.label) == [1, 1, 0])
    }
  }
}

struct STL10Tests {
  @Test func imagesLieColumnByColumnAndLabelsBeginAtOne() throws {
    try withTemporaryFolder { folder in
      let (side, plane) = (96, 96 * 96)
      // Red tells the column, green the row, blue nothing.
      var image = [UInt8](repeating: 0, count: 3 * plane)
      for x in 0..<side {
        for y in 0..<side {
          image[x * side + y] = UInt8(x)
          image[plane + x * side + y] = UInt8(y)
        }
      }
      let set = "\(folder)/set"
      try write(image + image, to: "\(set)/train_X.bin")
      try write([1, 3], to: "\(set)/train_y.bin")
      try write(image, to: "\(set)/test_X.bin")
      try write([3], to: "\(set)/test_y.bin")
      try write(image, to: "\(set)/unlabeled_X.bin")
      try write("airplane\nbird\ncar\n".utf8, to: "\(set)/class_names.txt")
      let store = try ImageStore.open(
        set, options: StoreOptions(cacheFolder: "\(folder)/cache")
      ).store
      #expect(store.classes == ["airplane", "car"] && shape(store) == "96 x 96 x 3")
      #expect(store.indices(of: .train).count == 3 && store.indices(of: .test).count == 1)
      #expect(store.labels.count { $0 == nil } == 1)
      let pixels = store.pixels(at: 0)
      #expect(pixels[3 * (7 * side + 5)] == 5 && pixels[3 * (7 * side + 5) + 1] == 7)
    }
  }
}
