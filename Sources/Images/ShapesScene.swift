import Foundation

/// What one picture of `ShapesDataset` shows: every factor but the surface's texture is drawn
/// independently of the class.
struct ShapesScene {
  /// How often a shape wears the texture of its class; else any.
  static let usualTexture = 0.85

  /// A stroke of the background.
  struct Stroke {
    var start: Point
    var end: Point
    var radius: Double
    var colour: Colour
  }

  let outline: ShapesOutline
  let centre: Point
  let scale: Double
  let rotation: Double
  let hue: Double
  let backgroundHue: Double
  let lightDirection: Double
  let lightStrength: Double
  let noise: Double
  let strokes: [Stroke]
  let surface: ShapesPattern
  let ground: ShapesPattern
  private let surfaceColours: (Colour, Colour)
  private let groundColours: (Colour, Colour)

  init(_ outline: ShapesOutline, using generator: inout SeededGenerator) {
    self.outline = outline
    scale = generator.uniform(0.6...0.9)
    let room = 1 - scale * 0.7
    centre = Point(x: generator.uniform(-room...room), y: generator.uniform(-room...room))
    rotation = generator.uniform(0...2 * .pi)
    lightDirection = generator.uniform(0...2 * .pi)
    lightStrength = generator.uniform(0.05...0.4)
    noise = generator.uniform(0.01...0.04)
    let textures = ShapesTexture.allCases
    let any = textures[generator.index(below: textures.count)]
    let isUsual = generator.uniform() < ShapesScene.usualTexture
    surface = ShapesPattern(isUsual ? outline.usualTexture : any, using: &generator)
    ground = ShapesPattern(generator.uniform() < 0.5 ? .plain : .noise, using: &generator)

    // Shape or background may be the brighter one, by enough for an eye to tell them apart.
    let isBright = generator.uniform() < 0.5
    let (dark, light) = (generator.uniform(0.12...0.36), generator.uniform(0.6...0.9))
    hue = generator.uniform()
    backgroundHue = generator.uniform()
    surfaceColours = Colour.pair(
      hue, luminance: isBright ? light : dark, contrast: 0.2...0.35, using: &generator)
    groundColours = Colour.pair(
      backgroundHue, luminance: isBright ? dark : light, contrast: 0.03...0.06, using: &generator)
    let tone = isBright ? dark : light
    strokes = (0..<generator.index(below: 3)).map { _ in
      let start = Point(x: generator.uniform(-1...1), y: generator.uniform(-1...1))
      let length = Point(x: generator.uniform(0.1...0.6), y: 0)
        .rotated(by: generator.uniform(0...2 * .pi))
      return Stroke(
        start: start, end: start - length, radius: generator.uniform(0.03...0.09),
        colour: Colour(
          hue: generator.uniform(), saturation: 0.3,
          luminance: tone + generator.uniform(-0.2...0.2)))
    }
  }

  /// The picture as size × size × 3 bytes.
  func render(size: Int, using generator: inout SeededGenerator) -> [UInt8] {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(size * size * 3)
    let light = Point(x: cos(lightDirection), y: sin(lightDirection)) * lightStrength
    for row in 0..<size {
      for column in 0..<size {
        let p = Point(
          x: (Double(column) + 0.5) * 2 / Double(size) - 1,
          y: (Double(row) + 0.5) * 2 / Double(size) - 1)
        let colour = colour(at: p, pixel: 2 / Double(size))
        for channel in [colour.red, colour.green, colour.blue] {
          let value = channel * (1 + light.dot(p)) + noise * generator.gaussian()
          pixels.append(UInt8(min(max(value, 0), 1) * 255 + 0.5))
        }
      }
    }
    return pixels
  }

  /// Edges are as wide as a pixel: the share of it that is covered.
  private func colour(at p: Point, pixel: Double) -> Colour {
    func covered(_ distance: Double) -> Double { min(max(0.5 - distance / pixel, 0), 1) }
    var colour = groundColours.0.mixed(groundColours.1, ground.value(at: p))
    for stroke in strokes {
      let distance = p.distance(from: stroke.start, to: stroke.end) - stroke.radius
      colour = colour.mixed(stroke.colour, covered(distance))
    }
    let local = (p - centre).rotated(by: -rotation) / scale
    let inside = covered(outline.distance(local) * scale)
    if inside == 0 { return colour }
    return colour.mixed(
      surfaceColours.0.mixed(surfaceColours.1, surface.value(at: p - centre)), inside)
  }
}

/// Red, green and blue in 0...1.
struct Colour {
  var red: Double
  var green: Double
  var blue: Double

  /// A hue in 0..<1 brought to a luminance (Rec. 601).
  init(hue: Double, saturation: Double, luminance: Double) {
    func channel(_ offset: Double) -> Double {
      1 - saturation
        * (1 - min(max(abs((hue + offset).truncatingRemainder(dividingBy: 1) * 6 - 3) - 1, 0), 1))
    }
    (red, green, blue) = (channel(0), channel(2.0 / 3), channel(1.0 / 3))
    let factor = luminance / (0.299 * red + 0.587 * green + 0.114 * blue)
    (red, green, blue) = (red * factor, green * factor, blue * factor)
  }

  init(red: Double, green: Double, blue: Double) {
    (self.red, self.green, self.blue) = (red, green, blue)
  }

  func mixed(_ other: Colour, _ part: Double) -> Colour {
    Colour(
      red: red + (other.red - red) * part, green: green + (other.green - green) * part,
      blue: blue + (other.blue - blue) * part)
  }

  /// Two tones of one material, about a luminance.
  static func pair(
    _ hue: Double, luminance: Double, contrast: ClosedRange<Double>,
    using generator: inout SeededGenerator
  ) -> (Colour, Colour) {
    let saturation = generator.uniform(0.1...0.35)
    let contrast = generator.uniform(contrast)
    return (
      Colour(hue: hue, saturation: saturation, luminance: luminance - contrast),
      Colour(
        hue: hue + generator.uniform(0...0.15), saturation: saturation,
        luminance: luminance + contrast)
    )
  }
}
