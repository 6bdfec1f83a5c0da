import Torch

/// Which adjustment suits the images of a store, by what can be measured on them.
public struct ViewAdvice: Sendable, Equatable {
  /// The adjustment, called `auto`; nil where the published views suit.
  public var adjustment: ViewAdjustment?
  /// What was measured and what follows, a sentence each.
  public var reasons: [String]

  /// An image has no up where turning it over changes no measured mean by more than this many
  /// standard deviations, and chance.
  static let smallEffect = 0.15
  /// Images share a layout, as X-rays do, where their mean image has at least this share of the
  /// contrast that they have.
  static let sharedLayout = 0.5
  /// Colour tells the classes where they explain at least this share of the variance of the images'
  /// mean colours.
  static let tellingColour = 0.2
  /// At most so many images are looked at.
  private static let sample = 2000
  private static let side = 16

  /// Looks at some of the training images; at their labels, if they have any, only to find out whether
  /// colour tells the classes.
  /// - Parameter training: the images that may be trained on.
  public init(of store: DeviceStore, training: [Int]) {
    let order = RandomStream(seed: 0, "advice").permutation(training.count).ints
    let images = order.prefix(Self.sample).map { training[$0] }
    let pixels = Self.pixels(of: images, store)
    let channels = store.channels
    let grey = pixels.map { image in
      stride(from: 0, to: image.count, by: channels).map { start in
        image[start..<start + channels].reduce(0, +) / Float(channels)
      }
    }
    var adjustment = ViewAdjustment(name: "auto")
    reasons = []

    let isGrey = channels == 1 || channels == 3 && Self.chroma(pixels) < 2
    let standardised = grey.map(Self.standardised)
    let layout = Self.layout(standardised)
    if isGrey {
      adjustment.colour = 0
      reasons.append("The images are grey: colours are left alone.")
      if layout >= Self.sharedLayout {
        adjustment.tone = 0.5
        adjustment.solarize = 0
        adjustment.minimumScale = 0.2
        reasons.append(
          "They share a layout (\(Self.percent(layout)) of their contrast is in the mean image), as "
            + "X-rays do: brightness and contrast change half as far, nothing is inverted, and crops "
            + "keep a fifth at least.")
      }
    }
    let effect = Self.turnedOver(standardised)
    let limit = Self.smallEffect + 2 / Double(max(1, images.count)).squareRoot()
    if effect <= limit {
      adjustment.verticalFlip = 0.5
      reasons.append(
        "Turned over they look alike (largest difference \(Self.hundredths(effect)) deviations): they "
          + "have no up, and are flipped upside down too.")
    } else {
      reasons.append(
        "Turned over they look different (\(Self.hundredths(effect)) deviations): they have an up, "
          + "which is kept.")
    }
    if channels == 3, !isGrey {
      let labels = images.map { store.labels[$0] }
      if let share = Self.explained(pixels.map(Self.meanColour), by: labels) {
        if share >= Self.tellingColour {
          adjustment.colour = 0.25
          reasons.append(
            "Mean colour tells the classes apart (they explain \(Self.percent(share)) of its "
              + "variance): colours change a quarter as far.")
        } else {
          reasons.append(
            "Mean colour tells the classes little (they explain \(Self.percent(share)) of its "
              + "variance): colours change as published.")
        }
      }
    }
    let isPublished = adjustment == ViewAdjustment(name: "auto")
    self.adjustment = isPublished || channels == 1 && adjustment == .greyOnly ? nil : adjustment
  }

  /// Whole images in little, height × width × channels, in 0...255.
  private static func pixels(of images: [Int], _ store: DeviceStore) -> [[Float]] {
    let box = CropBox(x: 0, y: 0, width: Int32(store.width), height: Int32(store.height))
    return stride(from: 0, to: images.count, by: 256).flatMap { start -> [[Float]] in
      let part = Array(images[start..<Swift.min(start + 256, images.count)])
      let crops = store.resizedCrops(
        indices: part, boxes: Array(repeating: box, count: part.count), size: side)
      let values = crops.to(.cpu).to(.float32).permuted(0, 2, 3, 1).contiguous().floats
      let size = side * side * store.channels
      return part.indices.map { Array(values[$0 * size..<($0 + 1) * size]) }
    }
  }

  /// The mean distance of red and blue from green.
  private static func chroma(_ pixels: [[Float]]) -> Double {
    var sum = 0.0
    for image in pixels {
      for start in stride(from: 0, to: image.count, by: 3) {
        sum += Double(
          abs(image[start] - image[start + 1]) + abs(image[start + 2] - image[start + 1]))
      }
    }
    return sum / Double(Swift.max(1, pixels.count * side * side))
  }

  /// Of mean 0 and deviation 1; all 0 where nothing differs.
  private static func standardised(_ image: [Float]) -> [Double] {
    let values = image.map(Double.init)
    let mean = values.reduce(0, +) / Double(values.count)
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    if variance < 1e-6 { return values.map { _ in 0 } }
    return values.map { ($0 - mean) / variance.squareRoot() }
  }

  /// The deviation within the mean of standardised images.
  private static func layout(_ images: [[Double]]) -> Double {
    guard let size = images.first?.count else { return 0 }
    let mean = (0..<size).map { place in
      images.reduce(0) { $0 + $1[place] } / Double(images.count)
    }
    return (mean.reduce(0) { $0 + $1 * $1 } / Double(size)).squareRoot()
  }

  /// The largest mean, in deviations, of what changes sign when an image is turned over: the
  /// difference of its halves, and of four places in its upper half to those below.
  private static func turnedOver(_ images: [[Double]]) -> Double {
    let half = side / 2
    let quarter = side / 4
    var contrasts = [[Double]](repeating: [], count: 2 + 8)
    for image in images {
      func mean(_ rows: Range<Int>, _ columns: Range<Int>) -> Double {
        var sum = 0.0
        for row in rows { for column in columns { sum += image[row * side + column] } }
        return sum / Double(rows.count * columns.count)
      }
      func contrast(_ rows: Range<Int>, _ columns: Range<Int>) -> Double {
        mean(rows, columns) - mean(side - rows.upperBound..<side - rows.lowerBound, columns)
      }
      contrasts[0].append(contrast(0..<quarter, 0..<side))
      contrasts[1].append(contrast(quarter..<half, 0..<side))
      for place in 0..<8 {
        let top = place / 4 * quarter
        let left = place % 4 * quarter
        contrasts[2 + place].append(contrast(top..<top + quarter, left..<left + quarter))
      }
    }
    return contrasts.map { values in
      let count = Double(Swift.max(1, values.count))
      let mean = values.reduce(0, +) / count
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
      return variance > 1e-12 ? abs(mean) / variance.squareRoot() : abs(mean) > 1e-6 ? 1 : 0
    }.max() ?? 0
  }

  /// What is red against green and blue against both, on average.
  private static func meanColour(_ image: [Float]) -> SIMD2<Double> {
    var sum = SIMD3<Double>()
    for start in stride(from: 0, to: image.count, by: 3) {
      sum += SIMD3(Double(image[start]), Double(image[start + 1]), Double(image[start + 2]))
    }
    let mean = sum / Double(side * side)
    return SIMD2(mean.x - mean.y, mean.z - (mean.x + mean.y) / 2)
  }

  /// The share of the variance of points that lies between the classes, less what as many random
  /// classes would explain; nil with fewer than two classes.
  static func explained(_ points: [SIMD2<Double>], by labels: [Int?]) -> Double? {
    var groups: [Int: [SIMD2<Double>]] = [:]
    for (point, label) in zip(points, labels) {
      if let label { groups[label, default: []].append(point) }
    }
    let known = groups.sorted { $0.key < $1.key }.map(\.value)
    let count = known.reduce(0) { $0 + $1.count }
    guard known.count >= 2, count > known.count else { return nil }
    func mean(_ points: [SIMD2<Double>]) -> SIMD2<Double> {
      points.reduce(SIMD2(), +) / Double(points.count)
    }
    func square(_ v: SIMD2<Double>) -> Double { (v * v).sum() }
    let centre = mean(known.flatMap(\.self))
    let total = known.joined().reduce(0.0) { $0 + square($1 - centre) }
    let between = known.reduce(0.0) { $0 + Double($1.count) * square(mean($1) - centre) }
    guard total > 1e-9 else { return 0 }
    // ε² of Kelley (1935): unbiased where classes are many and images few.
    let (n, k) = (Double(count), Double(known.count))
    return Swift.max(0, 1 - (1 - between / total) * (n - 1) / (n - k))
  }

  private static func percent(_ share: Double) -> String { "\(Int((100 * share).rounded()))%" }

  private static func hundredths(_ number: Double) -> String {
    let hundredths = Int((100 * number).rounded())
    return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
  }
}

extension ViewAdjustment {
  /// Nothing but no colour, which grey stores do not have anyway.
  fileprivate static var greyOnly: ViewAdjustment { ViewAdjustment(name: "auto", colour: 0) }
}
