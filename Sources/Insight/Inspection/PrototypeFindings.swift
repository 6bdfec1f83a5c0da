import Augment
import Images
import Torch

/// Which images fall to which prototype of a method that gathers images about such.
public struct PrototypeFindings: Codable, Sendable, Hashable {
  /// A prototype and its images.
  public struct Prototype: Codable, Sendable, Hashable {
    /// How many images are nearest to it.
    public var images: Int
    /// The class that most of them with a label have; `nil` without labels.
    public var commonestClass: Int?
    /// The share of that class among them.
    public var share: Double?
    /// Those of them that are nearest to it, nearest first.
    public var nearest: [Int]
    /// The same in little, side by side.
    public var picture: Picture
  }

  /// How many images were looked at.
  public var images: Int
  /// How many images each prototype holds, most first.
  public var sizes: [Int]
  /// Those that hold most.
  public var largest: [Prototype]

  /// Prototypes shown, and images of each.
  private static let (shown, listed) = (8, 8)
  private static let (side, gap) = (64, 4)
}

extension PrototypeFindings {
  /// - Parameters:
  ///   - scores: of each image with each prototype, `[N, K]`.
  ///   - images: the N images.
  init(_ scores: Tensor, of images: [Int], _ data: InspectedImages) throws(ImageError) {
    let labels = data.hasLabels ? data.images.labels : []
    let own = scores.argmax(along: 1).ints
    let heights = scores.max(over: 1).floats
    let members = Dictionary(grouping: own.indices) { own[$0] }
    let order = (0..<scores.size(1)).map { (prototype: $0, rows: members[$0] ?? []) }
      .sorted { (-$0.rows.count, $0.prototype) < (-$1.rows.count, $1.prototype) }
    self.images = images.count
    sizes = order.map(\.rows.count)
    var largest: [Prototype] = []
    for (_, rows) in order.prefix(Self.shown) where !rows.isEmpty {
      let nearest = rows.sorted { (-heights[$0], $0) < (-heights[$1], $1) }
        .prefix(Self.listed).map { images[$0] }
      let known = rows.compactMap { labels.isEmpty ? nil : labels[images[$0]] }
      let counts = Dictionary(grouping: known) { $0 }.mapValues(\.count)
      let commonest = counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }
      // Blank tiles behind the last keep pictures of one size.
      let blank = Tensor.ones([Self.listed, data.store.channels, Self.side, Self.side])
      blank[0..<nearest.count].assign(data.levels(of: nearest, size: Self.side).to(.cpu))
      largest.append(
        Prototype(
          images: rows.count, commonestClass: commonest?.key,
          share: commonest.map { Double($0.value) / Double(known.count) }, nearest: nearest,
          picture: try .init(tiles: blank, columns: Self.listed, gap: Self.gap)))
    }
    self.largest = largest
  }
}
