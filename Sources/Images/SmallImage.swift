import Foundation

/// A stored image brought to at most 32 × 32 by averaging areas, with what near-duplicates are found
/// by.
struct SmallImage: Hashable, Sendable {
  /// The longest side.
  static let side = 32

  /// Height × width × channels.
  let pixels: [UInt8]
  /// See ``hash(_:width:height:)``.
  let hash: UInt64
  /// Grey levels.
  private let mean: Double
  /// Grey levels.
  private let deviation: Double

  init(_ store: ImageStore, _ index: Int) {
    let (height, width, channels) = (store.height, store.width, store.channels)
    let (rows, columns) = (min(height, Self.side), min(width, Self.side))
    let bytes = UnsafeRawBufferPointer(
      rebasing: store.bytes[index * store.imageBytes..<(index + 1) * store.imageBytes])
    var sums = [Int](repeating: 0, count: rows * columns * channels)
    var areas = [Int](repeating: 0, count: rows * columns)
    var offset = 0
    let column = (0..<width).map { $0 * columns / width }
    for y in 0..<height {
      let row = y * rows / height * columns
      for x in 0..<width {
        let cell = row + column[x]
        areas[cell] += 1
        for channel in 0..<channels {
          sums[cell * channels + channel] += Int(bytes[offset + channel])
        }
        offset += channels
      }
    }
    let averages = sums.indices.map { Double(sums[$0]) / Double(areas[$0 / channels]) }
    pixels = averages.map { UInt8($0.rounded()) }
    let grey = areas.indices.map { cell in
      averages[cell * channels..<(cell + 1) * channels].reduce(0, +) / Double(channels)
    }
    let mean = grey.reduce(0, +) / Double(grey.count)
    self.mean = mean
    deviation =
      (grey.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(grey.count)).squareRoot()
    hash = Self.hash(grey, width: columns, height: rows)
  }

  /// The perceptual hash of Zauner, "Implementation and Benchmarking of Perceptual Image Hash
  /// Functions" (2010), section 3.2: which of the 8 × 8 lowest frequencies of a cosine transform,
  /// the constant row and column left out, are above their median.
  static func hash(_ grey: [Double], width: Int, height: Int) -> UInt64 {
    let across = cosines(width)
    let down = cosines(height)
    var rows = [Double](repeating: 0, count: height * 8)
    for y in 0..<height {
      for u in 0..<8 {
        var sum = 0.0
        for x in 0..<width { sum += grey[y * width + x] * across[u * width + x] }
        rows[y * 8 + u] = sum
      }
    }
    var frequencies: [Double] = []
    frequencies.reserveCapacity(64)
    for v in 0..<8 {
      for u in 0..<8 {
        var sum = 0.0
        for y in 0..<height { sum += rows[y * 8 + u] * down[v * height + y] }
        frequencies.append(sum)
      }
    }
    let sorted = frequencies.sorted()
    let median = (sorted[31] + sorted[32]) / 2
    return frequencies.reduce(0) { $0 << 1 | ($1 > median ? 1 : 0) }
  }

  /// cos(π (2x + 1) u / 2n) for u in 1...8, row by row.
  private static func cosines(_ count: Int) -> [Double] {
    count == side ? cosinesOf32 : makeCosines(count)
  }

  private static let cosinesOf32 = makeCosines(side)

  private static func makeCosines(_ count: Int) -> [Double] {
    (1...8).flatMap { u in
      (0..<count).map { cos(Double.pi * Double((2 * $0 + 1) * u) / Double(2 * count)) }
    }
  }

  /// The mean absolute difference of the pixels in grey levels; nil if it is too large for a
  /// near-duplicate.
  func difference(to other: SmallImage) -> Double? {
    let limit = max(
      1,
      min(
        NearDuplicates.largestDifference,
        NearDuplicates.relativeDifference * min(deviation, other.deviation)))
    // The means differ at most as much as the pixels do.
    if abs(mean - other.mean) > limit + 1 { return nil }
    var sum: Int32 = 0
    pixels.withUnsafeBufferPointer { mine in
      other.pixels.withUnsafeBufferPointer { theirs in
        for index in mine.indices { sum &+= abs(Int32(mine[index]) &- Int32(theirs[index])) }
      }
    }
    let difference = Double(sum) / Double(pixels.count)
    return difference <= limit ? difference : nil
  }

  static func == (one: SmallImage, other: SmallImage) -> Bool {
    one.hash == other.hash && one.pixels == other.pixels
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(hash)
    hasher.combine(mean)
  }
}
