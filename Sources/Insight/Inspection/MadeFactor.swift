public import Augment
import Foundation
import Images
public import Torch

/// A change that can be made to any image, in a few levels that a probe then tells apart.
public enum MadeFactor: String, Codable, CaseIterable, Sendable {
  /// Turned by 0, 90, 180 or 270 degrees.
  case rotation
  /// As it is, or mirrored left-right.
  case flip
  /// Which of the four corners, of 60% of the side, is shown.
  case position
  /// The mean hue turned to red, green or blue, every pixel as light as it was.
  case hue
  /// Times 0.7, 1 or 1.4.
  case brightness
  /// Not blurred, or by a Gaussian of 1/32 or 1/16 of the side.
  case blur

  /// How many levels there are.
  public var levels: Int {
    switch self {
    case .flip: 2
    case .hue, .brightness, .blur: 3
    case .rotation, .position: 4
    }
  }

  /// Images `[N, C, S, S]` in 0...1, each changed to its level.
  public func apply(_ images: Tensor, levels: [Int]) -> Tensor {
    precondition(
      levels.count == images.size(0) && levels.allSatisfy((0..<self.levels).contains),
      "MadeFactor.apply: \(levels.count) levels for images \(images.shape)")
    let result = images.contiguous().copy()
    for level in 0..<self.levels {
      let rows = levels.indices.filter { levels[$0] == level }
      if rows.isEmpty { continue }
      let places = Tensor(rows).to(images.device)
      result.assignRows(places, changed(images.rows(places), level).contiguous())
    }
    return result
  }

  /// A level for each of `count` images, all as likely, the same for the same seed.
  func draw(_ count: Int, seed: UInt64) -> [Int] {
    let stream = UInt64(Self.allCases.firstIndex(of: self) ?? 0) + 1
    var random = SeededGenerator(seed: seed, stream: stream)
    return (0..<count).map { _ in random.index(below: levels) }
  }

  private func changed(_ images: Tensor, _ level: Int) -> Tensor {
    let side = images.size(2)
    switch self {
    case .rotation:
      switch level {
      case 1: return images.transposed(2, 3).flipped(2)
      case 2: return images.flipped(2, 3)
      case 3: return images.transposed(2, 3).flipped(3)
      default: return images
      }
    case .flip: return level == 1 ? images.flipped(3) : images
    case .position:
      let part = max(1, side * 3 / 5)
      let (top, left) = (level / 2 * (side - part), level % 2 * (side - part))
      return images.sliced(top..<top + part, along: 2).sliced(left..<left + part, along: 3)
        .contiguous().resized(height: side, width: side)
    case .hue: return Self.turned(images, to: Double(level) / 3)
    case .brightness: return (images * [1, 0.7, 1.4][level]).clamped(from: 0, to: 1)
    case .blur:
      return level == 0 ? images : lowPass(images, sigma: Double(side) / [1, 32, 16][level])
    }
  }

  /// RGB images, each turned about the grey axis (Rodrigues) until its mean hue is `hue` (0 red, 1/3
  /// green, 2/3 blue), every pixel with the luminance that it had, clamped.
  ///
  /// To a hue and not by one: among images of all hues, a turn leaves no trace that could be read.
  private static func turned(_ images: Tensor, to hue: Double) -> Tensor {
    guard images.size(1) == 3 else { return images }
    let means = images.to(.float32).mean(over: 2, 3).floats
    let matrices = stride(from: 0, to: means.count, by: 3).flatMap { start -> [Float] in
      let (red, green, blue) = (means[start], means[start + 1], means[start + 2])
      let own = atan2((green - blue) * Float(3).squareRoot() / 2, red - (green + blue) / 2)
      let angle = 2 * .pi * Float(hue) - own
      let (cosine, sine) = (cos(angle), sin(angle) / Float(3).squareRoot())
      let rest = (1 - cosine) / 3
      return [
        cosine + rest, rest - sine, rest + sine, rest + sine, cosine + rest, rest - sine,
        rest - sine, rest + sine, cosine + rest,
      ]
    }
    let mix = Tensor(matrices, shape: [images.size(0), 3, 3]).to(images.device).to(images.dtype)
    let turned = mix.matmul(images.flattened(from: 2)).reshaped(images.shape)
    return (turned + greyscale(images) - greyscale(turned)).clamped(from: 0, to: 1)
  }

  /// What views that are to have one feature differ in: of two views or more; of one, nothing.
  public static func ignored(by plan: ViewPlan) -> Set<MadeFactor> {
    guard plan.count > 1 else { return [] }
    var factors: Set<MadeFactor> = []
    for recipe in plan.groups.map(\.augmentation) {
      if recipe.flip > 0 { factors.insert(.flip) }
      if let crop = recipe.crop, crop.minimumScale < 0.9 { factors.insert(.position) }
      if let jitter = recipe.jitter, jitter.probability > 0 {
        if jitter.hue > 0 { factors.insert(.hue) }
        if jitter.brightness > 0 { factors.insert(.brightness) }
      }
      if recipe.grayscale > 0 { factors.insert(.hue) }
      if let blur = recipe.blur, blur.probability > 0 { factors.insert(.blur) }
    }
    return factors
  }
}
