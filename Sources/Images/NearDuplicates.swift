/// Images that show nearly the same: copies, copies saved anew or in another size, neighbouring
/// frames.
///
/// Candidates have perceptual hashes that differ in at most ``hashDistance`` of 64 bits; of these,
/// pairs count whose pixels, brought to at most 32 × 32, differ little. What is turned, mirrored or
/// cut is not found.
public struct NearDuplicates: Sendable {
  /// Two images that show nearly the same.
  public struct Pair: Sendable, Equatable, Codable {
    /// The lower index.
    public var first: Int
    /// The higher index.
    public var second: Int
    /// The mean absolute difference of the small images, in grey levels of 255.
    public var difference: Double
  }

  /// The parts that images were told apart by; nil for images that were left alone.
  public let parts: [Split?]
  /// For every image the nearest other one in each part that has one, each pair once, the most alike
  /// first.
  public let pairs: [Pair]
  /// Training images to leave out: those with a near-duplicate in another part, and those with one
  /// in train that is kept and comes before them. Ascending.
  public let redundant: [Int]

  /// Bits of 64 in which the hashes of a pair may differ.
  public static let hashDistance = 7
  /// The largest difference of a pair, in grey levels.
  public static let largestDifference = 24.0
  /// The largest difference in units of the small image's own deviation, so that sets of little
  /// contrast are not all alike; never below one grey level. For pictures of like contrast it means
  /// a correlation of about 0.93. On CIFAR-10 and on chest X-rays, what was found at this limit was
  /// the same picture in other tones, or a neighbouring exposure of the same patient.
  public static let relativeDifference = 0.3

  /// Finds the near-duplicates of a store.
  /// - Parameter parts: the part of each image, by default as the data have it; nil leaves an image
  ///   out.
  public init(in store: ImageStore, parts: [Split?]? = nil) {
    let parts = parts ?? store.splits
    precondition(parts.count == store.count, "NearDuplicates: \(parts.count) parts")
    let members = parts.indices.filter { parts[$0] != nil }
    let small = parallelMap(members.count) { SmallImage(store, members[$0]) }
    // Equal images are looked at once: a set may hold thousands of empty tiles.
    var looks: [SmallImage] = []
    var images: [[Int]] = []
    var known: [SmallImage: Int] = [:]
    for (index, image) in zip(members, small) {
      if let look = known[image] {
        images[look].append(index)
      } else {
        known[image] = looks.count
        looks.append(image)
        images.append([index])
      }
    }
    var near = [[(look: Int, difference: Double)]](repeating: [], count: looks.count)
    HashIndex(looks.map(\.hash)).forEachPair(within: Self.hashDistance) { one, other in
      guard let difference = looks[one].difference(to: looks[other]) else { return }
      near[one].append((other, difference))
      near[other].append((one, difference))
    }
    self.parts = parts
    pairs = Self.pairs(images, near, parts)
    redundant = Self.redundant(images, near, parts)
  }

  private static func pairs(
    _ images: [[Int]], _ near: [[(look: Int, difference: Double)]], _ parts: [Split?]
  ) -> [Pair] {
    // Two of each part are enough to find one that is not the image itself.
    let some = images.map { images in
      Split.allCases.map { part in Array(images.lazy.filter { parts[$0] == part }.prefix(2)) }
    }
    var found: [SIMD2<Int>: Double] = [:]
    for look in images.indices where images[look].count > 1 || !near[look].isEmpty {
      let around =
        [(look: look, difference: 0)] + near[look].sorted { $0.difference < $1.difference }
      for image in images[look] {
        for part in Split.allCases.indices {
          let nearest = around.lazy.compactMap { neighbour in
            some[neighbour.look][part].first { $0 != image }.map { ($0, neighbour.difference) }
          }.first
          guard let (other, difference) = nearest else { continue }
          found[SIMD2(min(image, other), max(image, other))] = difference
        }
      }
    }
    return found.map { Pair(first: $0.key.x, second: $0.key.y, difference: $0.value) }
      .sorted { ($0.difference, $0.first, $0.second) < ($1.difference, $1.first, $1.second) }
  }

  private static func redundant(
    _ images: [[Int]], _ near: [[(look: Int, difference: Double)]], _ parts: [Split?]
  ) -> [Int] {
    let isTested = images.map { $0.contains { parts[$0] != .train } }
    var isKept = [Bool](repeating: false, count: images.count)
    var redundant: [Int] = []
    // Looks are in the order of their first image.
    for look in images.indices {
      let training = images[look].filter { parts[$0] == .train }
      let isElsewhere =
        isTested[look] || near[look].contains { isTested[$0.look] || isKept[$0.look] }
      isKept[look] = !isElsewhere && !training.isEmpty
      redundant += training.dropFirst(isElsewhere ? 0 : 1)
    }
    return redundant.sorted()
  }

  /// The images of a part that have a near-duplicate within it.
  public func count(within part: Split) -> Int {
    images { $0 == part && $1 == part }
  }

  /// The training images that have a near-duplicate in another part.
  public var trainingImagesElsewhere: Int {
    images { $0 == .train && $1 != .train }
  }

  private func images(_ matches: (Split?, Split?) -> Bool) -> Int {
    var images: Set<Int> = []
    for pair in pairs {
      if matches(parts[pair.first], parts[pair.second]) { images.insert(pair.first) }
      if matches(parts[pair.second], parts[pair.first]) { images.insert(pair.second) }
    }
    return images.count
  }
}
