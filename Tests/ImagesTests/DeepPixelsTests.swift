import Foundation
import Images
import Testing

/// The store of some files, and what of them is skipped.
private func store(
  _ files: [String: [UInt8]], options: StoreOptions = StoreOptions()
) throws -> ImageStore {
  try withTemporaryFolder { folder in
    for (name, bytes) in files { try write(bytes, to: "\(folder)/images/\(name)") }
    var options = options
    options.cacheFolder = "\(folder)/cache"
    return try ImageStore.open("\(folder)/images", options: options).store
  }
}

/// 8 × 8 words that rise from `low` to `high`.
private func ramp(_ low: Int, _ high: Int) -> SampleTIFF {
  SampleTIFF(
    width: 8, height: 8, samples: .words((0..<64).map { UInt16(low + (high - low) * $0 / 63) }))
}

struct DeepPixelsTests {
  @Test func twelveBitsInSixteenKeepTheirRange() throws {
    // A camera of 12 bits: the upper 8 of 16 bits alone would leave 16 levels.
    let images = try store(["a.tif": ramp(100, 4000).bytes])
    #expect(shape(images) == "8 x 8 x 1")
    #expect(images.ranges == [PixelRange(low: 100, high: 4000)])
    for (step, level) in images.pixels(at: 0).enumerated() {
      #expect(abs(Double(level) - 255 * Double(step) / 63) <= 1)
    }
  }

  @Test func allImagesOfASetShareOneScale() throws {
    let images = try store(["a.tif": ramp(0, 1000).bytes, "b.tif": ramp(0, 4000).bytes])
    let (dark, bright) = (images.pixels(at: 0), images.pixels(at: 1))
    #expect(bright.last == 255)
    #expect(abs(Int(dark.last ?? 0) - 64) <= 1, "\(dark)")
  }

  @Test func theScaleComesFromTrainingImagesAlone() throws {
    let images = try store(["train/a.tif": ramp(0, 1000).bytes, "test/b.tif": ramp(0, 4000).bytes])
    #expect(images.ranges == [PixelRange(low: 0, high: 1000)])
    #expect(images.pixels(at: 0).last == 255)
  }

  @Test func aFewHotPixelsDoNotDarkenTheRest() throws {
    var values = (0..<4096).map { UInt16($0 % 1000) }
    for place in 0..<8 { values[500 * place] = 65535 }
    let image = SampleTIFF(width: 64, height: 64, samples: .words(values))
    let ranges = try #require(try store(["a.tif": image.bytes]).ranges)
    #expect(ranges[0].high < 1000 && ranges[0].high > 980 && ranges[0].low < 20, "\(ranges)")
  }

  @Test func floatingPointKeepsItsRangeAndGapsBecomeBlack() throws {
    var values = (0..<64).map { Float($0) / 63 - 0.5 }
    values[10] = .nan
    values[11] = .infinity
    let image = SampleTIFF(width: 8, height: 8, samples: .floats(values))
    let pixels = try store(["a.tif": image.bytes]).pixels(at: 0)
    #expect(pixels.first == 0 && pixels.last == 255 && pixels[10] == 0 && pixels[11] == 255)
    #expect(pixels[32] == UInt8((255.0 * 32 / 63).rounded()))
  }

  @Test func aRangeAskedForIsTaken() throws {
    let images = try store(
      ["a.tif": ramp(0, 4000).bytes], options: StoreOptions(range: 1000...3000))
    #expect(images.ranges == [PixelRange(low: 1000, high: 3000)])
    let pixels = images.pixels(at: 0)
    #expect(pixels[15] == 0 && pixels[48] == 255 && abs(Int(pixels[32]) - 131) <= 2)
  }

  @Test func anImageOfOneValueAndOneOfMostlyOneCanBeScaled() throws {
    let flat = SampleTIFF(width: 8, height: 8, samples: .words(Array(repeating: 700, count: 64)))
    #expect(try store(["a.tif": flat.bytes]).ranges == [PixelRange(low: 700, high: 701)])
    // Fluorescence: a few bright spots on nothing.
    var spots = [UInt16](repeating: 0, count: 1024)
    spots[500] = 4000
    let image = SampleTIFF(width: 32, height: 32, samples: .words(spots))
    #expect(try store(["a.tif": image.bytes]).ranges == [PixelRange(low: 0, high: 4000)])
  }

  @Test(arguments: [2, 4, 5, 12])
  func anyNumberOfChannelsIsKeptAsItIs(channels: Int) throws {
    let bytes = noise(6 * 8 * channels)
    let image = SampleTIFF(
      width: 8, height: 6, channels: channels, samples: .bytes(bytes), extra: 0)
    let images = try store(["a.tif": image.bytes])
    #expect(shape(images) == "6 x 8 x \(channels)" && images.ranges == nil)
    #expect(images.pixels(at: 0) == bytes)
    #expect(try ContactSheet(of: images, indices: [0]).pixels.count > 0)
  }

  @Test func channelsOfMoreBitsAreScaledEachByItsOwnRange() throws {
    let words = (0..<64).flatMap { [UInt16($0), UInt16(1000 + 10 * $0), UInt16(60000)] }
    let image = SampleTIFF(
      width: 8, height: 8, channels: 3, samples: .words(words), photometric: 1, extra: 0)
    let images = try store(["a.tif": image.bytes])
    #expect(
      images.ranges == [
        PixelRange(low: 0, high: 63), PixelRange(low: 1000, high: 1630),
        PixelRange(low: 60000, high: 60001),
      ])
    #expect(images.pixels(at: 0).suffix(3) == [255, 255, 0])
  }

  @Test func theFourthChannelIsAlphaOnlyWhereTheFileSaysSo() throws {
    let bytes = repeated([200, 100, 50, 0], 16)
    func image(_ extra: UInt16) -> [UInt8] {
      SampleTIFF(
        width: 4, height: 4, channels: 4, samples: .bytes(bytes), photometric: 2, extra: extra
      ).bytes
    }
    #expect(try store(["a.tif": image(0)]).pixels(at: 0) == bytes)
    #expect(try store(["a.tif": image(2)]).pixels(at: 0) == repeated([255, 255, 255], 16))
  }

  @Test func anImageOfOtherChannelsThanMostIsSkippedWithTheReason() throws {
    func image(_ channels: Int) -> [UInt8] {
      SampleTIFF(
        width: 4, height: 4, channels: channels, samples: .bytes(noise(16 * channels)), extra: 0
      ).bytes
    }
    let images = try store(["a.tif": image(5), "b.tif": image(5), "c.tif": image(4)])
    #expect(images.channels == 5 && images.paths == ["a.tif", "b.tif"])
    #expect(
      images.skipped.first?.reason == "it has 4 channels, the set is stored with 5",
      "\(images.skipped)")
    let many = try store(["a.tif": image(5), "b.tif": image(13)])
    #expect(many.skipped.first?.reason == "13 channels; expected 1 to 12")
  }

  @Test func aFileOfManyPagesShowsTheFirst() throws {
    let image = SampleTIFF(
      width: 2, height: 1, samples: .bytes([3, 4]), pages: [.bytes([9, 9]), .bytes([8, 8])])
    let images = try store(["a.tif": image.bytes])
    #expect(shape(images) == "1 x 2 x 1" && images.pixels(at: 0) == [3, 4])
  }

  @Test func addingAnImageThatChangesTheScaleStoresAllOfThemAnew() throws {
    try withTemporaryFolder { folder in
      try write(ramp(0, 1000).bytes, to: "\(folder)/images/a.tif")
      let options = StoreOptions(cacheFolder: "\(folder)/cache")
      _ = try ImageStore.open("\(folder)/images", options: options)
      try write(ramp(0, 4000).bytes, to: "\(folder)/images/b.tif")
      let (updated, report) = try ImageStore.open("\(folder)/images", options: options)
      let other = StoreOptions(cacheFolder: "\(folder)/other")
      let anew = try ImageStore.open("\(folder)/images", options: other).store
      #expect(report.outcome == .updated && report.decoded == 2)
      #expect(updated.contentHash == anew.contentHash && updated.ranges == anew.ranges)
      #expect(try ImageStore.open("\(folder)/images", options: options).report.decoded == 0)
    }
  }

  @Test func cutAndHostileHeadersAreSkipped() throws {
    let whole = SampleTIFF(
      width: 4, height: 4, channels: 5, samples: .bytes(noise(80)), extra: 0
    ).bytes
    for length in stride(from: 4, to: whole.count / 2, by: 7) {
      let images = try store(["a.tif": Array(whole.prefix(length)), "b.tif": whole])
      #expect(images.paths == ["b.tif"] && images.skipped.count == 1)
    }
  }
}
