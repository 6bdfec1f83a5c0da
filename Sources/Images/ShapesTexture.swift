import Foundation

/// Surface patterns, of the shape as of the background.
enum ShapesTexture: String, CaseIterable {
  case plain, stripes, checks, dots, noise, grid, rings, blots
}

/// One pattern with its frequency, direction and phase: 0...1 at every point.
struct ShapesPattern {
  let texture: ShapesTexture
  private let frequency: Double
  private let angle: Double
  private let phase: Point
  private let lattice: [Double]

  init(_ texture: ShapesTexture, using generator: inout SeededGenerator) {
    self.texture = texture
    // Cycles over the image: the fewest pixels of a cycle are 4.6 at 32 pixels.
    frequency = generator.uniform(3...7)
    angle = generator.uniform(0...2 * .pi)
    phase = Point(x: generator.uniform(), y: generator.uniform())
    lattice = (0..<16 * 16).map { _ in generator.uniform() }
  }

  func value(at p: Point) -> Double {
    let turned = p.rotated(by: angle)
    let u = turned.x * frequency / 2 + phase.x
    let v = turned.y * frequency / 2 + phase.y
    switch texture {
    case .plain: return 0.5
    case .stripes: return soft(sin(2 * .pi * u))
    case .checks: return soft(2 * sin(.pi * u) * sin(.pi * v))
    case .dots: return soft(cos(2 * .pi * u) + cos(2 * .pi * v) - 0.6)
    case .noise: return noise(u * 1.6, v * 1.6)
    case .grid: return soft(3 * max(cos(2 * .pi * u), cos(2 * .pi * v)) - 2.2)
    case .rings: return soft(sin(2 * .pi * turned.length * frequency / 2))
    case .blots: return soft(12 * (noise(u * 2, v * 2) - 0.55))
    }
  }

  /// A step that takes about a pixel at 32 pixels, against aliasing.
  private func soft(_ height: Double) -> Double { min(max(0.5 + height, 0), 1) }

  private func noise(_ u: Double, _ v: Double) -> Double {
    func corner(_ x: Double, _ y: Double) -> Double { lattice[(Int(y) & 15) * 16 + (Int(x) & 15)] }
    func smooth(_ t: Double) -> Double { t * t * (3 - 2 * t) }
    let (x, y) = (u.rounded(.down), v.rounded(.down))
    let (s, t) = (smooth(u - x), smooth(v - y))
    let top = corner(x, y) * (1 - s) + corner(x + 1, y) * s
    let bottom = corner(x, y + 1) * (1 - s) + corner(x + 1, y + 1) * s
    return top * (1 - t) + bottom * t
  }
}
