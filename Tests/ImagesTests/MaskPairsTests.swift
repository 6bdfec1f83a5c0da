import Foundation
import TestSupport
import Testing

@testable import Images

/// Writes image 6 × 4 and mask `name` of these values.
private func writePair(
  _ name: String, _ mask: [UInt8], channels: Int = 1, in folder: String
) throws {
  try writeNoise(to: "\(folder)/images/\(name).png")
  try FileManager.default.createDirectory(
    atPath: "\(folder)/masks", withIntermediateDirectories: true)
  try ImageFile.write(
    mask, width: 6, height: 4, channels: channels, to: "\(folder)/masks/\(name).png")
}

private func withPairs(_ body: (String, StoreOptions) throws -> Void) throws {
  try withTemporaryFolder { folder in
    try body("\(folder)/i", StoreOptions(cacheFolder: "\(folder)/cache"))
  }
}

private func message(_ folder: String, _ options: StoreOptions) -> String {
  do {
    return "no error: \(try ImageStore.open(folder, options: options).store.count)"
  } catch {
    return "\(error)"
  }
}

struct MaskPairsTests {
  @Test("Masks of 0 and 255 have classes 0 and 1; a change of a mask alone is seen")
  func binary() throws {
    try withPairs { folder, options in
      let mask = (0..<24).map { UInt8($0 < 9 ? 255 : 0) }
      try writePair("a", mask, in: folder)
      try writePair("b", repeated([0], 24), in: folder)
      try writeNoise(to: "\(folder)/images/c.png")
      let (store, _) = try ImageStore.open(folder, options: options)
      #expect(store.task == .masks && store.classes == ["0", "1"] && store.count == 2)
      #expect(store.mask(at: 0) == mask.map { $0 / 255 } && store.mask(at: 1) == repeated([0], 24))
      #expect(store.hasMask(at: 0) && store.hasMask(at: 1))
      #expect(store.skipped.map(\.path) == ["images/c.png"])
      #expect(try ImageStore.open(folder, options: options).report.outcome == .opened)
      try writePair("b", mask, in: folder)
      let (changed, report) = try ImageStore.open(folder, options: options)
      #expect(report.outcome == .updated && changed.contentHash != store.contentHash)
      #expect(changed.mask(at: 1) == store.mask(at: 0))
    }
  }

  @Test("Class numbers stay, 255 is no class, classes.txt names them, splits are kept")
  func numbers() throws {
    try withPairs { folder, options in
      let mask = (0..<24).map { UInt8($0 < 9 ? 255 : $0 % 4) }
      try writePair("a", mask, in: "\(folder)/train")
      try writePair("a", repeated([1], 24), in: "\(folder)/test")
      let (plain, _) = try ImageStore.open(folder, options: options)
      #expect(plain.classes == ["0", "1", "2", "3"] && plain.splits == [.test, .train])
      #expect(plain.mask(at: 1) == mask)
      try write("sky\nsea\n".utf8, to: "\(folder)/classes.txt")
      #expect(message(folder, options).contains("classes up to 3, classes.txt names 2"))
      try write("sky\r\nsea\r\nland\r\nboat\r\nbird\r\n".utf8, to: "\(folder)/classes.txt")
      let (named, report) = try ImageStore.open(folder, options: options)
      #expect(named.classes == ["sky", "sea", "land", "boat", "bird"])
      #expect(report.outcome == .updated && report.decoded == 0)
      // Of a mask that counts nowhere nothing is known.
      try writePair("z", repeated([255], 24), in: "\(folder)/train")
      let more = try ImageStore.open(folder, options: options).store
      #expect((0..<3).map(more.hasMask) == [true, true, false])
    }
  }

  @Test("Colours are classes in ascending order over all masks, up to 64")
  func colours() throws {
    try withPairs { folder, options in
      let (black, red, blue) = (
        [0, 0, 0] as [UInt8], [200, 0, 0] as [UInt8], [0, 0, 9] as [UInt8]
      )
      try writePair("a", repeated(black, 12) + repeated(red, 12), channels: 3, in: folder)
      try writePair("b", repeated(blue, 24), channels: 3, in: folder)
      let store = try ImageStore.open(folder, options: options).store
      #expect(store.classes == ["0", "1", "2"])
      #expect(store.mask(at: 0) == repeated([0], 12) + repeated([2], 12))
      #expect(store.mask(at: 1) == repeated([1], 24))
      for (index, name) in ["c", "d", "e"].enumerated() {
        let pixels = (0..<24).flatMap { [UInt8(24 * index + $0), 1, 2] as [UInt8] }
        try writePair(name, pixels, channels: 3, in: folder)
      }
      #expect(message(folder, options).contains("75 different colours, at most 64"))
    }
  }

  @Test("A palette's numbers are the classes, not its colours")
  func palette() throws {
    try withPairs { folder, options in
      try write(SampleFiles.palettePNG, to: "\(folder)/masks/a.png")
      try writeNoise(to: "\(folder)/images/a.png", width: 4, height: 4)
      let store = try ImageStore.open(folder, options: options).store
      #expect(store.mask(at: 0) == repeated([0], 8) + repeated([1], 8))
      let colours = try #require(PNGHeader(Data(SampleFiles.palettePNG))?.palette)
      #expect(colours == [0x0A141E, 0x28323C])
      for length in 0..<SampleFiles.palettePNG.count {
        _ = PNGHeader(Data(SampleFiles.palettePNG.prefix(length)))
      }
    }
  }

  @Test("Masks are resized by the nearest pixel")
  func resized() throws {
    try withPairs { folder, options in
      var options = options
      options.maxShorterSide = 2
      try writePair("a", (0..<24).map { UInt8($0) }, in: folder)
      let store = try ImageStore.open(folder, options: options).store
      #expect(shape(store) == "2 x 3 x 3" && store.mask(at: 0) == [7, 9, 11, 19, 21, 23])
    }
  }

  @Test("A mask of another size, of JPEG or of too many colours is refused by name")
  func wrong() throws {
    try withPairs { folder, options in
      try writePair("a", repeated([1], 24), in: folder)
      try writePair("b", repeated([1], 24), in: folder)
      try writeNoise(to: "\(folder)/images/b.png", width: 8, height: 8)
      #expect(
        message(folder, options).contains(
          "masks/b.png: it is 6 × 4 pixels, its image images/b.png 8 × 8"))
      try FileManager.default.removeItem(atPath: "\(folder)/masks/b.png")
      try write(SampleFiles.jpeg, to: "\(folder)/masks/b.jpg")
      let store = try ImageStore.open(folder, options: options).store
      #expect(store.skipped.map(\.path) == ["images/b.png"])
      #expect(store.skipped[0].reason.contains("its mask masks/b.jpg: JPEG changes the values"))
      // Once mended, it counts, though the image is as it was.
      try FileManager.default.removeItem(atPath: "\(folder)/masks/b.jpg")
      try ImageFile.write(
        repeated([1], 64), width: 8, height: 8, channels: 1, to: "\(folder)/masks/b.png")
      #expect(try ImageStore.open(folder, options: options).store.count == 2)
      try write(SampleFiles.jpeg, to: "\(folder)/masks/b.jpg")
      #expect(message(folder, options).contains("is a mask of the same name"))
    }
  }

  @Test("Images without any mask, and test pairs without training pairs, are errors")
  func noPairs() throws {
    try withPairs { folder, options in
      try writeNoise(to: "\(folder)/images/a.png")
      try writeNoise(to: "\(folder)/masks/other.png")
      #expect(message(folder, options).contains("no image in images/ has a mask of the same name"))
      try writePair("a", repeated([1], 24), in: "\(folder)/test/test")
      #expect(message("\(folder)/test", options).contains("has test/ but no train/"))
    }
  }
}
