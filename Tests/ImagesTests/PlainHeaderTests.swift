import Foundation
import TestSupport
import Testing

@testable import Images

/// What is read of a file's header without libvips is what libvips reads.
@Suite struct PlainHeaderTests {
  private static let samples = [
    SampleFiles.cmykJPEG, SampleFiles.jpeg, SampleFiles.grey16PNG, SampleFiles.animatedGIF,
    SampleFiles.rotatedJPEG, SampleFiles.alphaPNG, SampleFiles.palettePNG, SampleFiles.bmp,
    SampleFiles.webp, SampleFiles.tiff,
  ].map { [UInt8]($0) }

  private func plain(_ bytes: [UInt8]) -> ImageCodec.Header? {
    PlainHeader.read(Array(bytes.prefix(PlainHeader.length)))
  }

  private func opened(_ bytes: [UInt8]) throws -> ImageCodec.Header {
    try ImageCodec.openedHeader(of: ImageContent("sample", made: Data(bytes)))
  }

  @Test(arguments: [1, 3]) func plainFilesAreNotOpened(channels: Int) throws {
    let pixels = noise(7 * 5 * channels)
    let files = [
      try ImageCodec.png(pixels, width: 7, height: 5, channels: channels),
      try ImageCodec.jpeg(pixels, width: 7, height: 5, channels: channels),
    ]
    for file in files {
      let header = ImageCodec.Header(width: 7, height: 5, colours: channels)
      #expect(try plain(file) == header && opened(file) == header)
    }
    #expect(try plain(Self.samples[1]) == opened(Self.samples[1]))
    #expect(plain([UInt8](SampleFiles.alphaPNG))?.colours == 3)
  }

  @Test func unusualFilesAreLeftToLibvips() {
    for file in [
      SampleFiles.cmykJPEG, SampleFiles.rotatedJPEG, SampleFiles.grey16PNG, SampleFiles.palettePNG,
      SampleFiles.webp, SampleFiles.tiff,
    ] { #expect(plain([UInt8](file)) == nil) }
  }

  @Test func damageMakesNoOtherHeaderThanLibvipsFinds() throws {
    let damage = ByteDamage(of: Self.samples, seed: 7)
    var read = 0
    for number in 0..<1500 {
      let bytes = damage.case(number).bytes
      guard let header = plain(bytes) else { continue }
      read += 1
      if let opened = try? opened(bytes) { #expect(opened == header, "case \(number)") }
    }
    #expect(read > 100)
    for length in 0..<Self.samples[1].count { _ = plain(Array(Self.samples[1].prefix(length))) }
  }
}
