import Foundation
import Torch

/// The linear protocol as the literature runs it, for comparison with published figures: softmax
/// regression on frozen features as they are, by SGD with momentum 0.9, no weight decay, and a
/// cosine schedule over 100 epochs.
///
/// The protocol of He et al. (MoCo, CVPR 2020, arXiv:1911.05722, section 4.1: batch 256, learning
/// rate 30) and Caron et al. (DINO, ICCV 2021, arXiv:2104.14294: cosine, by default 0.001 for 256
/// images); that the rate must be searched is Oquab et al.'s (DINOv2, arXiv:2304.07193), whose
/// classifiers for all rates are trained side by side, as here. A rate is per 256 images and scaled
/// by batch / 256. The one with the best accuracy on validation images wins (the smallest among
/// equals), and training and validation images are then fitted together.
///
/// Unlike the literature's, it starts from weights of 0: the problem is convex, and no chance comes
/// from the start. Features are embedded once, so there are no augmented crops in training. For
/// figures that do not depend on rate and length, use ``LinearProbe``, which solves the problem.
public struct SGDProbe: FeatureProbe {
  /// The rates that the validation images choose among, and the published settings.
  public struct Options: Codable, Sendable, Equatable {
    /// Peak learning rates for 256 images, each above 0, in any order.
    public var learningRates: [Double]
    /// Passes over the training images.
    public var epochs: Int
    /// Images in a step; all of them where there are fewer.
    public var batch: Int
    /// The momentum.
    public var momentum: Double
    /// Added to the gradient, times weights and biases.
    public var weightDecay: Double
    /// Whether features are first moved to mean 0 and deviation 1 over the fitted images.
    public var standardises: Bool

    /// The published settings, and ten rates from DINO's 0.001 to MoCo's 30.
    public init(
      learningRates: [Double] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30],
      epochs: Int = 100, batch: Int = 256, momentum: Double = 0.9, weightDecay: Double = 0,
      standardises: Bool = false
    ) {
      self.learningRates = learningRates
      self.epochs = epochs
      self.batch = batch
      self.momentum = momentum
      self.weightDecay = weightDecay
      self.standardises = standardises
    }
  }

  /// The settings of this probe.
  public var options: Options

  /// A probe with `options`.
  public init(_ options: Options = Options()) { self.options = options }

  /// `sgd`.
  public var name: String { "sgd" }
  /// 1: the first.
  public var revision: Int { 1 }

  /// Chooses the learning rate, trains, and predicts the test images; see ``FeatureProbe``.
  /// - Throws: ``ProbeError``, also for options out of range, or if training at the rate chosen
  ///   overflows.
  public func evaluate(
    train: LabelledFeatures, validation: LabelledFeatures?, test: LabelledFeatures, classes: Int,
    seed: UInt64
  ) throws(ProbeError) -> ProtocolResult {
    try checkOptions()
    try checkParts(train: train, validation: validation, test: test, classes: classes)
    let rates = Set(options.learningRates).sorted()
    let selection = try ModelSelection(train: train, validation: validation, seed: seed)
    let (best, accuracy) = selection.best(of: rates.count) { trial in
      // No image is of class -1: a rate that overflows is never right.
      classifiers(of: trial.fit, rates: rates, seed: seed).map {
        $0?.classes(of: trial.held.features)
          ?? [Int](repeating: -1, count: trial.held.count)
      }
    }
    guard let fitted = classifiers(of: selection.all, rates: [rates[best]], seed: seed)[0] else {
      throw .option(
        "SGD at learning rate \(rates[best]) overflows on these features; give smaller rates, or "
          + "standardise the features")
    }
    return result(
      fitted.probabilities(of: test.features, classes: classes), test,
      setting: "learning rate = \(String(format: "%.2g", rates[best]))",
      validationAccuracy: accuracy)
  }

  private func checkOptions() throws(ProbeError) {
    let rates = options.learningRates
    guard !rates.isEmpty, rates.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw .option("learning rates are \(rates); give at least one, each above 0")
    }
    guard options.epochs > 0, options.batch > 0 else {
      throw .option(
        "\(options.epochs) epochs in batches of \(options.batch); give 1 or more of both")
    }
    guard (0..<1).contains(options.momentum), options.weightDecay >= 0 else {
      throw .option(
        "momentum is \(options.momentum) and weight decay \(options.weightDecay); give 0 to below "
          + "1, and 0 or more")
    }
  }

  /// A classifier for each of G rates, trained at once: their weights `[G · K, D + 1]` are one
  /// matrix, the last column the bias. nil where the weights overflowed.
  func classifiers(
    of data: LabelledFeatures, rates: [Double], seed: UInt64
  ) -> [LinearClassifier?] {
    withoutGradient {
      let device = data.features.device
      let standardisation = options.standardises ? Standardisation(data.features) : nil
      let points = standardisation.map { $0(data.features, as: .float32) } ?? data.features
      let (count, dimensions) = (points.size(0), points.size(1))
      let x = concatenated([points, Tensor.ones([count, 1], device: device)], along: 1)
      let present = Set(data.labels).sorted()
      let (models, classes) = (rates.count, present.count)
      let columns = Dictionary(uniqueKeysWithValues: zip(present, present.indices))
      let y = Tensor(data.labels.map { columns[$0] ?? 0 }).oneHot(classes).to(.float32)
        .unsqueezed(1).to(device)

      let batch = min(options.batch, count)
      let scaled = rates.flatMap {
        [Float](repeating: Float($0 * Double(batch) / 256), count: classes)
      }
      let peak = Tensor(scaled, shape: [models * classes, 1]).to(device)
      var weights = Tensor.zeros([models * classes, dimensions + 1], device: device)
      var velocity = weights
      for epoch in 0..<options.epochs {
        let rate = peak * (0.5 * (1 + cos(.pi * Double(epoch) / Double(options.epochs))))
        let order = RandomStream(seed: seed, "sgd", epoch).permutation(count).to(device)
        for start in stride(from: 0, to: count, by: batch) {
          let rows = order[start..<min(start + batch, count)]
          let xs = x.rows(rows)
          let size = xs.size(0)
          let shares = xs.linear(weights).reshaped(size, models, classes).softmax()
          // The gradient of the mean cross-entropy, in closed form.
          let errors = (shares - y.rows(rows)).reshaped(size, models * classes) / Double(size)
          let gradient = errors.transposed().matmul(xs) + weights * options.weightDecay
          velocity = velocity * options.momentum + gradient
          weights = weights - velocity * rate
        }
      }
      return weights.to(.float64).reshaped(models, classes, dimensions + 1).split(models).map {
        own in
        classifier(own.squeezed(0), standardisation, present)
      }
    }
  }

  /// Turns weights `[K, D + 1]` back to raw features.
  private func classifier(
    _ own: Tensor, _ standardisation: Standardisation?, _ present: [Int]
  ) -> LinearClassifier? {
    let dimensions = own.size(1) - 1
    guard own.sum().scalar.isFinite else { return nil }
    var weights = own.sliced(0..<dimensions, along: 1).transposed()
    var bias = own.selected(dimensions, along: 1)
    if let standardisation {
      weights = weights * standardisation.scale.unsqueezed(1)
      bias = bias - standardisation.mean.unsqueezed(0).matmul(weights).squeezed(0)
    }
    return LinearClassifier(weights: weights, bias: bias, present: present)
  }
}
