/// Finds 64-bit hashes that differ in few bits, without comparing all with all: multi-index hashing
/// (Norouzi, Punjani and Fleet, "Fast Search in Hamming Space with Multi-Index Hashing", CVPR 2012).
///
/// Hashes are cut into four bands of 16 bits. Where two differ in at most 7 bits, one of the bands
/// differs in at most one, so that each hash is looked up in each band under its own value and its
/// 16 neighbours.
struct HashIndex {
  private static let bands = 4
  private static let values = 1 << 16

  private let hashes: [UInt64]
  /// For each band, the positions ordered by the band's value.
  private var order: [[Int32]] = []
  /// For each band, where each value begins in `order`.
  private var starts: [[Int32]] = []

  init(_ hashes: [UInt64]) {
    self.hashes = hashes
    for band in 0..<Self.bands {
      var starts = [Int32](repeating: 0, count: Self.values + 1)
      for hash in hashes { starts[Self.value(hash, band) + 1] += 1 }
      for value in 0..<Self.values { starts[value + 1] += starts[value] }
      var next = starts
      var order = [Int32](repeating: 0, count: hashes.count)
      for (position, hash) in hashes.enumerated() {
        let value = Self.value(hash, band)
        order[Int(next[value])] = Int32(position)
        next[value] += 1
      }
      self.order.append(order)
      self.starts.append(starts)
    }
  }

  private static func value(_ hash: UInt64, _ band: Int) -> Int {
    Int(truncatingIfNeeded: hash >> UInt64(16 * band)) & 0xFFFF
  }

  /// Calls `body` once with every pair that differs in at most `distance` bits, at most 7, the lower
  /// position first.
  func forEachPair(within distance: Int, _ body: (Int, Int) -> Void) {
    precondition(distance < 2 * Self.bands, "HashIndex: \(distance) bits")
    for (position, hash) in hashes.enumerated() {
      for band in 0..<Self.bands {
        let value = Self.value(hash, band)
        for flip in -1..<16 {
          let bucket = flip < 0 ? value : value ^ (1 << flip)
          for entry in starts[band][bucket]..<starts[band][bucket + 1] {
            let other = Int(order[band][Int(entry)])
            guard other > position else { continue }
            let bits = hash ^ hashes[other]
            guard bits.nonzeroBitCount <= distance else { continue }
            // Found in an earlier band already.
            let isKnown = (0..<band).contains { Self.value(bits, $0).nonzeroBitCount <= 1 }
            if !isKnown { body(position, other) }
          }
        }
      }
    }
  }
}
