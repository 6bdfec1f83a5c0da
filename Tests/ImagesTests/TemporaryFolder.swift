import Foundation
import Images
import TestSupport

/// Runs `body` with the path of a new folder that is removed afterwards.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  try Fixtures.inTemporaryFolder { try body($0.path) }
}

/// Writes files, folders made as needed.
func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
  let url = URL(fileURLWithPath: path)
  try FileManager.default.createDirectory(
    at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
  try Data(bytes).write(to: url)
}

/// Pixels that differ from place to place and from seed to seed.
func noise(_ count: Int, seed: UInt64 = 0) -> [UInt8] {
  var generator = SeededGenerator(seed: seed)
  return (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
}

/// Writes a PNG of noise and returns its pixels.
@discardableResult
func writeNoise(
  to path: String, width: Int = 6, height: Int = 4, channels: Int = 3, seed: UInt64 = 0
) throws -> [UInt8] {
  let pixels = noise(width * height * channels, seed: seed)
  let folder = (path as NSString).deletingLastPathComponent
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  try ImageFile.write(pixels, width: width, height: height, channels: channels, to: path)
  return pixels
}

/// Height × width × channels of a store.
func shape(_ store: ImageStore) -> String { "\(store.height) x \(store.width) x \(store.channels)" }

/// A pixel, `count` times.
func repeated(_ pixel: [UInt8], _ count: Int) -> [UInt8] { (0..<count).flatMap { _ in pixel } }
