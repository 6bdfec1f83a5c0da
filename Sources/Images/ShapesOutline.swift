import Foundation

/// A point or vector of the image plane; an image spans -1...1 in both directions, y downwards.
struct Point {
  var x: Double
  var y: Double

  var length: Double { (x * x + y * y).squareRoot() }

  func rotated(by angle: Double) -> Point {
    Point(x: cos(angle) * x - sin(angle) * y, y: sin(angle) * x + cos(angle) * y)
  }

  func dot(_ other: Point) -> Double { x * other.x + y * other.y }

  static func - (a: Point, b: Point) -> Point { Point(x: a.x - b.x, y: a.y - b.y) }
  static func / (a: Point, b: Double) -> Point { Point(x: a.x / b, y: a.y / b) }
  static func * (a: Point, b: Double) -> Point { Point(x: a.x * b, y: a.y * b) }

  /// Distance to the segment from `start` to `end`.
  func distance(from start: Point, to end: Point) -> Double {
    let along = end - start
    let offset = self - start
    let part = min(max(offset.dot(along) / along.dot(along), 0), 1)
    return (offset - along * part).length
  }
}

/// The classes of `ShapesDataset`: outlines of about one unit of radius about the origin, no two of
/// which a rotation makes equal.
enum ShapesOutline: String, CaseIterable {
  case arrow, crescent, cross, disc, ring, square, star, triangle

  /// The texture that most shapes of the class wear.
  var usualTexture: ShapesTexture {
    switch self {
    case .arrow: .stripes
    case .crescent: .plain
    case .cross: .grid
    case .disc: .dots
    case .ring: .noise
    case .square: .checks
    case .star: .blots
    case .triangle: .rings
    }
  }

  /// Signed distance from the outline, negative inside.
  func distance(_ p: Point) -> Double {
    switch self {
    case .disc: p.length - 0.85
    case .ring: abs(p.length - 0.72) - 0.23
    case .crescent: max(p.length - 0.95, 0.72 - (p - Point(x: 0.45, y: 0)).length)
    case .square: Self.distance(p, toPolygon: Self.squareCorners)
    case .triangle: Self.distance(p, toPolygon: Self.triangleCorners)
    case .star: Self.distance(p, toPolygon: Self.starCorners)
    case .cross: Self.distance(p, toPolygon: Self.crossCorners)
    case .arrow: Self.distance(p, toPolygon: Self.arrowCorners)
    }
  }

  private static let squareCorners = circle(4) { _ in 1.08 }
  private static let triangleCorners = circle(3) { _ in 1.12 }
  private static let starCorners = circle(10) { $0.isMultiple(of: 2) ? 1.12 : 0.46 }
  private static let crossCorners = corners([
    (-0.28, -1), (0.28, -1), (0.28, -0.28), (1, -0.28), (1, 0.28), (0.28, 0.28), (0.28, 1),
    (-0.28, 1), (-0.28, 0.28), (-1, 0.28), (-1, -0.28), (-0.28, -0.28),
  ])
  private static let arrowCorners = corners([
    (-1, -0.24), (0.1, -0.24), (0.1, -0.8), (1.1, 0), (0.1, 0.8), (0.1, 0.24), (-1, 0.24),
  ])

  private static func circle(_ count: Int, radius: (Int) -> Double) -> [Point] {
    (0..<count).map { corner in
      Point(x: radius(corner), y: 0).rotated(by: 2 * .pi * Double(corner) / Double(count))
    }
  }

  private static func corners(_ pairs: [(Double, Double)]) -> [Point] {
    pairs.map { Point(x: $0.0, y: $0.1) }
  }

  private static func distance(_ p: Point, toPolygon corners: [Point]) -> Double {
    var nearest = Double.infinity
    var isInside = false
    for (index, end) in corners.enumerated() {
      let start = corners[index == 0 ? corners.count - 1 : index - 1]
      nearest = min(nearest, p.distance(from: start, to: end))
      if (start.y > p.y) != (end.y > p.y),
        p.x < start.x + (p.y - start.y) / (end.y - start.y) * (end.x - start.x)
      {
        isInside.toggle()
      }
    }
    return isInside ? -nearest : nearest
  }
}
