import Foundation
import Torch

/// Features and labels by formula, the same here and where the reference figures were made.
enum ReferenceFeatures {
  /// Scattered numbers in 0..<1: fract(sin(12.9898 (i+1) + 78.233 (j+1) + 37.719 salt) · 43758.5453).
  static func noise(_ i: Double, _ j: Double, _ salt: Double) -> Double {
    let value = sin(12.9898 * (i + 1) + 78.233 * (j + 1) + 37.719 * salt) * 43758.5453
    return value - value.rounded(.down)
  }

  /// The class of image i of `classes`: classes are of different size.
  static func labels(_ count: Int, classes: Int) -> [Int] {
    (0..<count).map { Int(pow(noise(Double($0), 1000, 1), 1.5) * Double(classes)) }
  }

  /// `[count, width]`: a centre for each of 5 classes, and bell-shaped noise, the later dimensions
  /// smaller: (1.2 sin(1.7 (label+1) (j+1) + 0.3) + Σ₃ noise − 1.5) / (1 + 0.15 j) + 0.2.
  static func features(_ count: Int, _ width: Int, salt: Double) -> Tensor {
    let labels = labels(count, classes: 5).map(Double.init)
    let values = labels.enumerated().flatMap { i, label in
      (0..<width).map { j in
        let (i, j) = (Double(i), Double(j))
        let bell = noise(i, j, salt) + noise(i, j, salt + 1) + noise(i, j, salt + 2) - 1.5
        return (1.2 * sin(1.7 * (label + 1) * (j + 1) + 0.3) + bell) / (1 + 0.15 * j) + 0.2
      }
    }
    return Tensor(values, shape: [count, width])
  }

  /// 120 images of 16 dimensions and 5 classes.
  static var first: Tensor { features(120, 16, salt: 2) }
  /// The same images as another network might see them, in 12 dimensions.
  static var second: Tensor { features(120, 12, salt: 7) }
  /// Their classes.
  static var labels: [Int] { labels(120, classes: 5) }
  /// Four views of the first 30, `[30, 4, 16]`: the feature, and 0.4 of view v's noise.
  static var views: Tensor {
    let source = first[0..<30].unsqueezed(1)
    let views = (0..<4).map { features(30, 16, salt: 20 + 5 * Double($0)).unsqueezed(1) * 0.4 }
    return source + concatenated(views, along: 1)
  }
}
