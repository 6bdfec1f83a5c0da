import Foundation
import Torch

/// Features such as a network's: not negative, correlated, of very different variances, from
/// classes that overlap. The same formula gives the same features everywhere.
struct ProbeFeatures {
  static let classes = 10
  static let width = 512

  let train: Int
  let test: Int
  /// `float32` `[train + test, 512]`.
  let values: Tensor

  /// Draws max(0, (class mean + noise) · mixing), the directions' deviations falling as 1/√i.
  init(train: Int, test: Int) {
    (self.train, self.test) = (train, test)
    let stream = RandomStream(seed: 0, "probe features")
    let width = ProbeFeatures.width
    let means = stream.normal([ProbeFeatures.classes, width], deviation: 0.2)
    let mixing =
      stream.normal([width, width], deviation: 1 / Double(width).squareRoot())
      * Tensor.range(1, to: Double(width + 1), dtype: .float32).pow(-0.5).unsqueezed(1)
    let latent =
      stream.normal([train + test, width])
      + means.rows(
        Tensor(ProbeFeatures.labels(train + test)))
    values = latent.matmul(mixing).relu()
  }

  /// Image i is of class i mod 10.
  var labels: [Int] { ProbeFeatures.labels(train + test) }

  private static func labels(_ count: Int) -> [Int] { (0..<count).map { $0 % classes } }

  /// Writes the features' bytes for Python.
  func write(to path: String) throws {
    try Data(values.bytes).write(to: URL(filePath: path))
  }
}
