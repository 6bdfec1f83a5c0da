import Foundation
@testable import Images
import Testing

/// A smooth picture of a few waves, as photographs are, with values from 30 to 225.
private func picture(_ seed: UInt64, side: Int = 32, channels: Int = 3) -> [UInt8] {
  var generator = SeededGenerator(seed: seed)
  let waves = (0..<6 * channels).map { _ in
    (
      x: generator.uniform(-3...3), y: generator.uniform(-3...3), phase: generator.uniform(0...6.3),
      height: generator.uniform(0.3...1)
    )
  }
  return (0..<side * side * channels).map { place in
    let (pixel, channel) = (place / channels, place % channels)
    let (x, y) = (Double(pixel % side) / Double(side), Double(pixel / side) / Double(side))
    let sum = waves[6 * channel..<6 * channel + 6].reduce(0.0) {
      $0 + $1.height * sin(2 * Double.pi * ($1.x * x + $1.y * y) + $1.phase)
    }
    return UInt8(max(30, min(225, 128 + 45 * sum)))
  }
}

/// Of up to ±3 grey levels, as a JPEG's.
private func noisy(_ pixels: [UInt8], seed: UInt64) -> [UInt8] {
  var generator = SeededGenerator(seed: seed)
  return pixels.map { UInt8(Int($0) + generator.index(below: 7) - 3) }
}

private func store(_ files: [String: [UInt8]], side: Int = 32, channels: Int = 3) throws
  -> ImageStore
{
  try withTemporaryFolder { folder in
    for (path, pixels) in files {
      let file = "\(folder)/images/\(path)"
      try FileManager.default.createDirectory(
        atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
      try ImageFile.write(pixels, width: side, height: side, channels: channels, to: file)
    }
    let options = StoreOptions(cacheFolder: "\(folder)/cache")
    return try ImageStore.open("\(folder)/images", options: options).store
  }
}

struct NearDuplicatesTests {
  @Test func copiesAreFoundWithinAndAcrossSplitsAndOtherImagesAreNot() throws {
    var files: [String: [UInt8]] = [:]
    for seed in 0..<40 as Range<UInt64> { files["train/\(seed).png"] = picture(seed) }
    for seed in 100..<110 as Range<UInt64> { files["test/\(seed).png"] = picture(seed) }
    files["train/copy.png"] = picture(3)
    files["train/again.png"] = noisy(picture(5), seed: 1)
    files["test/leak.png"] = noisy(picture(7), seed: 2)
    files["val/leak.png"] = picture(8)
    let images = try store(files)
    let found = NearDuplicates(in: images)
    let pairs = found.pairs.map { Set([images.paths[$0.first], images.paths[$0.second]]) }
    #expect(
      Set(pairs) == [
        ["train/3.png", "train/copy.png"], ["train/5.png", "train/again.png"],
        ["train/7.png", "test/leak.png"], ["train/8.png", "val/leak.png"],
      ])
    #expect(found.pairs.map(\.difference) == found.pairs.map(\.difference).sorted())
    #expect(found.count(within: .train) == 4 && found.count(within: .test) == 0)
    #expect(found.trainingImagesElsewhere == 2)
    let redundant = Set(found.redundant.map { images.paths[$0] })
    #expect(
      redundant == ["train/7.png", "train/8.png", "train/again.png", "train/copy.png"]
        || redundant.count == 4 && redundant.isSuperset(of: ["train/7.png", "train/8.png"]))
    // What is left has none, and the images left out belong to no split.
    let clean = images.leavingOut(found.redundant)
    #expect(clean.indices(of: .train).count == 38 && clean.indices(of: .test).count == 11)
    #expect(clean.contentHash != images.contentHash && clean.count == images.count)
    var parts: [Split?] = images.splits
    for image in found.redundant { parts[image] = nil }
    #expect(NearDuplicates(in: images, parts: parts).pairs.isEmpty)
  }

  @Test func copiesInGreyAndOfOneColourAreFoundOnceForEachImage() throws {
    var files: [String: [UInt8]] = [:]
    for number in 0..<50 { files["train/empty\(number).png"] = [UInt8](repeating: 9, count: 144) }
    files["test/empty.png"] = [UInt8](repeating: 9, count: 144)
    files["train/other.png"] = picture(1, side: 12, channels: 1)
    let images = try store(files, side: 12, channels: 1)
    let found = NearDuplicates(in: images)
    // Each with the first of train and with the one of test, not each with each.
    #expect(found.pairs.count == 49 + 50)
    #expect(found.trainingImagesElsewhere == 50 && found.redundant.count == 50)
  }

  @Test func partsDecideWhatIsLookedAt() throws {
    let images = try store(["a.png": picture(1), "b.png": picture(1), "c.png": picture(1)])
    let found = NearDuplicates(in: images, parts: [.train, nil, .test])
    #expect(found.pairs == [NearDuplicates.Pair(first: 0, second: 2, difference: 0)])
    #expect(found.redundant == [0])
  }

  @Test func theIndexFindsWhatComparingAllWithAllFinds() {
    var generator = SeededGenerator(seed: 4)
    var hashes = (0..<300).map { _ in generator.next() }
    for position in 0..<300 {
      var near = hashes[position]
      for _ in 0..<position % 10 { near ^= 1 << UInt64(generator.index(below: 64)) }
      hashes.append(near)
    }
    hashes.append(hashes[0])
    for distance in [0, 3, 7] {
      var found: [SIMD2<Int>] = []
      HashIndex(hashes).forEachPair(within: distance) { found.append(SIMD2($0, $1)) }
      var all: Set<SIMD2<Int>> = []
      for one in hashes.indices {
        for other in hashes.indices where other > one {
          let bits = (hashes[one] ^ hashes[other]).nonzeroBitCount
          if bits <= distance { all.insert(SIMD2(one, other)) }
        }
      }
      #expect(found.count == all.count && Set(found) == all)
      #expect(!all.isEmpty)
    }
  }
}
