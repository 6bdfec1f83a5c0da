import Foundation

/// Turns of a crop about its centre, for images without an up: cells, tiles, slides.
///
/// What a turned crop takes from beyond the image's edge is the image reflected there. Quarter turns
/// move pixels and blur nothing; other angles resample twice.
public struct Rotation: Codable, Sendable, Equatable {
  /// How far a crop is turned either way, in degrees, uniform; 180 for any angle.
  public var degrees: Double
  /// Whether only quarter turns are made, those within the reach.
  public var quarterTurns: Bool

  /// Turns of up to `degrees` (0...180) either way, of any angle or of quarter turns alone.
  public init(degrees: Double = 180, quarterTurns: Bool = false) {
    self.degrees = degrees
    self.quarterTurns = quarterTurns
  }

  /// A turn from a number that is uniform in 0..<1.
  func turn(_ uniform: Float) -> Turn {
    let reach = min(180, max(0, degrees))
    if quarterTurns {
      // Half a turn one way is half a turn the other.
      let steps = Int(reach / 90)
      let count = steps == 2 ? 4 : 2 * steps + 1
      let step = min(count - 1, Int(uniform * Float(count))) - (steps == 2 ? 0 : steps)
      return Turn(quarters: (step + 4) % 4, angle: 0)
    }
    let angle = Double(uniform) * 2 * reach - reach
    let quarters = (angle / 90).rounded()
    return Turn(
      quarters: (Int(quarters) + 4) % 4, angle: Float((angle - 90 * quarters) * .pi / 180))
  }
}

/// A turn of one crop, clockwise as seen: a point of the view lies in the image where quarter turns,
/// then the crop's shape, then the angle bring it.
struct Turn: Equatable {
  /// 0...3.
  var quarters = 0
  /// Radians, at most π/4 either way.
  var angle: Float = 0

  /// The point (x, y) after the quarter turns.
  func quartered(_ x: Float, _ y: Float) -> (x: Float, y: Float) {
    switch quarters {
    case 1: (-y, x)
    case 2: (-x, -y)
    case 3: (y, -x)
    default: (x, y)
    }
  }

  /// The matrix (row by row) that takes places of the view, from its centre, in shares of its sides,
  /// to places of the image, from the crop's centre, in shares of the crop's sides.
  /// - Parameters:
  ///   - width: of the crop, in the image's original proportions.
  ///   - height: of the crop, in the same unit.
  func matrix(width: Float, height: Float) -> [Float] {
    let (sine, cosine) = (sin(angle), cos(angle))
    let (a, b) = (quartered(1, 0), quartered(0, 1))
    return [
      cosine * a.x - sine * a.y * height / width, cosine * b.x - sine * b.y * height / width,
      sine * a.x * width / height + cosine * a.y, sine * b.x * width / height + cosine * b.y,
    ]
  }
}
