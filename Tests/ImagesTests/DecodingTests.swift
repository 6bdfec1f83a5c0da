import Foundation
import Images
import TestSupport
import Testing

/// The store of a folder that holds one file.
private func store(
  _ bytes: some Sequence<UInt8>, as name: String = "x.png", options: StoreOptions = StoreOptions()
) throws -> ImageStore {
  try withTemporaryFolder { folder in
    try write(bytes, to: "\(folder)/images/\(name)")
    var options = options
    options.cacheFolder = "\(folder)/cache"
    return try ImageStore.open("\(folder)/images", options: options).store
  }
}

/// Why a folder with one good image skips a file.
private func skipped(
  _ bytes: some Sequence<UInt8>, as name: String, options: StoreOptions = StoreOptions()
) throws -> SkippedImage? {
  try withTemporaryFolder { folder in
    try write(bytes, to: "\(folder)/images/\(name)")
    try writeNoise(to: "\(folder)/images/good.png")
    var options = options
    options.cacheFolder = "\(folder)/cache"
    let (store, report) = try ImageStore.open("\(folder)/images", options: options)
    #expect(store.paths == ["good.png"])
    #expect(report.skipped == store.skipped && report.skipped.map(\.path) == [name])
    return report.skipped.first
  }
}

struct DecodingTests {
  @Test("Every format gives its pixels, whatever its name says")
  func formats() throws {
    for file in [SampleFiles.bmp, SampleFiles.webp, SampleFiles.tiff] {
      let image = try store(file)
      #expect(shape(image) == "4 x 4 x 3")
      #expect(image.pixels(at: 0) == repeated([10, 20, 30], 16))
    }
    let palette = try store(SampleFiles.palettePNG).pixels(at: 0)
    #expect(palette == repeated([10, 20, 30], 8) + repeated([40, 50, 60], 8))
    let netpbm = try store(Array("P6 1 1 255\n".utf8) + [1, 2, 3], as: "x.ppm")
    #expect(netpbm.pixels(at: 0) == [1, 2, 3])
  }

  @Test("CMYK becomes RGB: cyan ink is blue-green, not red")
  func cmyk() throws {
    let image = try store(SampleFiles.cmykJPEG, as: "x.jpg")
    #expect(shape(image) == "8 x 8 x 3")
    let pixel = image.pixels(at: 0).prefix(3).map(Int.init)
    #expect(pixel[0] < 100 && pixel[1] > 120 && pixel[2] > 150, "\(pixel)")
  }

  @Test("16-bit samples are brought to 8 bits by the range they have, resized or not")
  func sixteenBits() throws {
    let image = try store(SampleFiles.grey16PNG)
    #expect(shape(image) == "6 x 4 x 1")
    #expect(
      image.pixels(at: 0) == (0..<24).map { step in UInt8((255 * Double(step) / 23).rounded()) })
    let small = try store(SampleFiles.grey16PNG, options: StoreOptions(maxShorterSide: 2))
    let pixels = small.pixels(at: 0)
    #expect(small.width == 2 && (pixels.first ?? 255) < 40 && (pixels.last ?? 0) > 215)
  }

  @Test("An animation shows its first frame")
  func animation() throws {
    let image = try store(SampleFiles.animatedGIF, as: "x.gif")
    #expect(shape(image) == "8 x 8 x 3")
    #expect(image.pixels(at: 0) == repeated([255, 0, 0], 64))
  }

  @Test("EXIF rotations are applied, resized or not", arguments: [16, 4])
  func rotation(side: Int) throws {
    let image = try store(
      SampleFiles.rotatedJPEG, as: "x.jpg", options: StoreOptions(maxShorterSide: side))
    #expect(shape(image) == (side == 16 ? "16 x 8 x 3" : "8 x 4 x 3"))
    #expect(image.aspectRatios == [0.5])
    let pixels = image.pixels(at: 0)
    #expect((pixels.first ?? 255) < 20 && (pixels.last ?? 0) > 235)
  }

  @Test("Alpha is flattened on white")
  func alpha() throws {
    let pixels = try store(SampleFiles.alphaPNG).pixels(at: 0)
    #expect(pixels == repeated([200, 0, 0], 8) + repeated([255, 255, 255], 8))
  }

  @Test("A PNG of one pixel, and one of 20,000 pixels a row")
  func extremeSizes() throws {
    try withTemporaryFolder { folder in
      try write([], to: "\(folder)/one/x.png")
      try ImageFile.write([7, 8, 9], width: 1, height: 1, to: "\(folder)/one/x.png")
      let options = StoreOptions(maxShorterSide: 8, cacheFolder: "\(folder)/cache")
      #expect(
        try ImageStore.open("\(folder)/one", options: options).store.pixels(at: 0) == [7, 8, 9])
      try writeNoise(to: "\(folder)/wide/x.png", width: 20_000, height: 100)
      let wide = try ImageStore.open("\(folder)/wide", options: options).store
      #expect(shape(wide) == "8 x 1600 x 3" && wide.aspectRatios == [200])
    }
  }

  @Test("Damaged and foreign files are skipped with a reason, the rest is kept")
  func badFiles() throws {
    let jpeg = SampleFiles.jpeg
    #expect(try skipped(jpeg.prefix(jpeg.count - 60), as: "cut.jpg")?.cause == .damaged)
    #expect(try skipped(jpeg.prefix(40), as: "header.jpg")?.cause == .damaged)
    #expect(try skipped(SampleFiles.animatedGIF.prefix(30), as: "cut.gif")?.cause == .damaged)
    #expect(try skipped([], as: "empty.png")?.reason == "the file is empty")
    #expect(try skipped("some text".utf8, as: "text.jpg")?.cause == .notAnImage)
    #expect(try skipped("<svg xmlns='http://www.w3.org/2000/svg'/>".utf8, as: "s.png") != nil)
  }

  @Test("An image of more pixels than allowed is skipped before it is decoded")
  func bomb() throws {
    let claim = Array("P5 100000 100000 255\n".utf8)
    #expect(try skipped(claim, as: "bomb.pgm")?.cause == .tooLarge)
    #expect(
      try skipped(SampleFiles.jpeg, as: "x.jpg", options: StoreOptions(maxPixels: 255))?.cause
        == .tooLarge)
  }

  @Test("A cut JPEG is skipped where it would have to be resized too")
  func cutWhileResizing() throws {
    let jpeg = SampleFiles.jpeg
    let reason = try skipped(
      jpeg.prefix(jpeg.count - 60), as: "cut.jpg", options: StoreOptions(maxShorterSide: 2))
    #expect(reason?.cause == .damaged)
  }

  @Test("Only unreadable images is an error that shows why")
  func nothingDecoded() throws {
    try withTemporaryFolder { folder in
      try write("text".utf8, to: "\(folder)/images/x.jpg")
      let error = #expect(throws: ImageError.self) {
        try ImageStore.open(
          "\(folder)/images", options: StoreOptions(cacheFolder: "\(folder)/cache"))
      }
      #expect(error?.description.contains("x.jpg: its content is of no known") == true)
    }
  }

  @Test(
    "A file without read permission is skipped, and read once it may be",
    .enabled(if: geteuid() != 0, "root may read every file"))
  func permissions() throws {
    try withTemporaryFolder { folder in
      try writeNoise(to: "\(folder)/images/a.png")
      try writeNoise(to: "\(folder)/images/b.png")
      chmod("\(folder)/images/b.png", 0)
      let options = StoreOptions(cacheFolder: "\(folder)/cache")
      let skipped = try ImageStore.open("\(folder)/images", options: options).report.skipped
      #expect(skipped.map(\.cause) == [.unreadable])
      chmod("\(folder)/images/b.png", 0o644)
      #expect(try ImageStore.open("\(folder)/images", options: options).store.count == 2)
    }
  }
}
