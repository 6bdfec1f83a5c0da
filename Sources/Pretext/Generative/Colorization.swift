public import Augment
public import Backbones
public import Torch
public import TorchNN

/// Colourisation: "Colorful Image Colorization", Zhang, Isola and Efros, ECCV 2016 (arXiv
/// 1603.08511), section 2.
///
/// The network sees the grey image of the same lightness in all its channels. Colours are told
/// apart in the squares of a grid of 10 × 10 in a and b that sRGB reaches, which are 261; the
/// authors' list has 313, some of them out of reach. How frequent each is, is counted on the images
/// themselves.
public final class Colorization: Module, PretextTask {
  /// Hyper-parameters; defaults are the paper's.
  public struct Options: MethodOptions {
    /// Nearest squares that a colour is shared out to.
    public var neighbours = 5
    /// Deviation of their shares, in units of a and b.
    public var sigma = 5.0
    /// How much frequencies are mixed with even ones before rare colours are given more weight, λ
    /// in the paper; 1 weights all alike.
    public var mixing = 0.5
    /// Places along a side of each place of the feature map that colours are told of. The paper
    /// tells them of every fourth pixel.
    public var cells = 2
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "colorization", title: "Colourisation", role: .selfSupervised(.generative),
    secondary: [.predictive],
    paper: .init(
      title: "Colorful Image Colorization", authors: "Zhang, Isola, Efros", year: 2016,
      venue: "ECCV, arXiv 1603.08511"),
    learnsFrom:
      "From an image without colours, which of 261 colours each part of it has, rare ones "
      + "counting more; which takes knowing what things there are.",
    loss: "−v(Z)·Σ_q Z_q log softmax(W·f(grey))_q, mean over places; v falls with Z's frequency",
    needs: "Images in colour, and colours that go with things: grey images have nothing to tell, "
      + "and stains or false colours little. What it learns is of grey images.",
    lowData: "Not in the study of Konstantakos et al. (2025).",
    recipes: [
      PublishedRecipe(
        source: "Zhang et al. 2016, ImageNet, the authors' solver (3e-5 for 40 images, rate drops "
          + "replaced by a cosine), taken over for small images, for which none was published",
        optimizer: .adamW(beta2: 0.99, weightDecay: 0.001), learningRate: 7.6e-5,
        scaling: .squareRoot, warmUpEpochs: 0, epochs: 16, batch: 40),
      PublishedRecipe(
        source: "Zhang et al. 2016, ImageNet, the authors' solver (3e-5 for 40 images, rate drops "
          + "replaced by a cosine; 500,000 steps)", images: .large,
        optimizer: .adamW(beta2: 0.99, weightDecay: 0.001), learningRate: 7.6e-5,
        scaling: .squareRoot, warmUpEpochs: 0, epochs: 16, batch: 40,
        options: ["cells": .number(4)]),
    ],
    revision: 1)

  /// The network being pretrained.
  public let backbone: Backbone
  private let head: Linear
  /// Middles of the squares, `[Q, 2]`.
  private let bins: Buffer
  /// What each colour counts, `[Q]`.
  private let weights: Buffer
  /// Mean and deviation that views are standardised by, `[1, 3, 1, 1]`.
  private let mean: Buffer
  private let deviation: Buffer
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds a linear classifier of colours.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    guard context.spec.inputChannels == 3 else {
      throw .unsuitable(
        method: "colorization",
        "needs images in colour; these have \(context.spec.inputChannels) channels")
    }
    guard options.neighbours > 0, options.sigma > 0, options.cells > 0,
      (0...1).contains(options.mixing)
    else {
      throw .option(
        method: "colorization",
        "neighbours is \(options.neighbours), sigma \(options.sigma), cells \(options.cells) and "
          + "mixing \(options.mixing); give 1 or more, above 0, 1 or more and 0 to 1")
    }
    self.options = options
    backbone = context.backbone
    let middles = LabColors.bins()
    bins = Buffer(middles)
    weights = Buffer(.ones([middles.size(0)]))
    head = Linear(
      context.backbone.features, middles.size(0) * options.cells * options.cells,
      random: context.random)
    func perChannel(_ numbers: [Float], or usual: Float) -> Buffer {
      let numbers = numbers.count == 3 ? numbers : Array(repeating: usual, count: 3)
      return Buffer(Tensor(numbers, shape: [1, 3, 1, 1]))
    }
    mean = perChannel(context.mean, or: 0.5)
    deviation = perChannel(context.deviation, or: 0.25)
  }

  /// One view, cropped and flipped, its colours as they are.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .one(size: imageSize)
  }

  /// Counts how frequent colours are, once.
  public func beforeEpoch(_ progress: StepProgress, _ pass: DatasetPass) {
    if progress.epoch > 0 { return }
    let shares = pass { images in
      let side = min(16, images.size(2))
      return codes(of: colors(of: images), rows: side, columns: side)
        .reshaped(images.size(0), side * side, -1).mean(over: 1)
    }
    withoutGradient {
      weights.value = colorWeights(shares.mean(over: 0), mixing: options.mixing)
    }
  }

  /// The cross-entropy of the colours of each part of the image.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let colors = colors(of: views.images[0])
    let grey = withoutAutocast(on: colors.device) { LabColors.grey(of: colors) }
    let map = backbone.spatialFeatures(
      ((grey - mean.value) / deviation.value).channelsLast())
    let (rows, columns, cells) = (map.size(2), map.size(3), options.cells)
    let count = map.size(0)
    let scores = head(map.permuted(0, 2, 3, 1))
      .reshaped(count, rows, columns, cells, cells, -1).permuted(0, 1, 3, 2, 4, 5)
    let codes = codes(of: colors, rows: rows * cells, columns: columns * cells)
    let value = colorizationLoss(
      scores.reshaped(codes.size(0), -1), codes, weights: weights.value)
    return PretextLoss(value, features: map.mean(over: 2, 3))
  }

  /// The colours, 0...1, of standardised images.
  private func colors(of images: Tensor) -> Tensor {
    (images.to(.float32) * deviation.value + mean.value).clamped(from: 0, to: 1)
  }

  /// The shares of the colours in each place of a grid, `[N · rows · columns, Q]`.
  private func codes(of colors: Tensor, rows: Int, columns: Int) -> Tensor {
    withoutGradient {
      withoutAutocast(on: colors.device) {
        let ab = LabColors.lab(of: colors).sliced(1..<3, along: 1)
          .resized(height: rows, width: columns, antialias: true)
        return colorCodes(
          ab.permuted(0, 2, 3, 1).reshaped(-1, 2), bins: bins.value,
          neighbours: options.neighbours, sigma: options.sigma)
      }
    }
  }
}

/// Colours shared out to the nearest squares in proportion to exp(−d² / 2σ²) (Zhang et al. 2016,
/// section 2.2).
/// - Parameters:
///   - ab: `[n, 2]`.
///   - bins: the squares' middles `[Q, 2]`.
/// - Returns: `[n, Q]`, rows of sum 1.
func colorCodes(_ ab: Tensor, bins: Tensor, neighbours: Int, sigma: Double) -> Tensor {
  let distances =
    ab.square().sum(over: 1, keepingAxes: true) + bins.square().sum(over: 1)
    - ab.matmul(bins.transposed()) * 2
  let nearest = distances.top(min(neighbours, bins.size(0)), along: 1, largest: false).values
  let last = nearest.sliced((nearest.size(1) - 1)..<nearest.size(1), along: 1)
  // The nearest square's distance cancels, and keeps exp in range.
  let shares = ((nearest.sliced(0..<1, along: 1) - distances) / (2 * sigma * sigma)).exp()
    .filled(where: distances .> last, with: 0)
  return shares / shares.sum(over: 1, keepingAxes: true)
}

/// What colours of these frequencies `[Q]` count: 1 / ((1 − λ)p + λ/Q), of mean 1 over the images
/// (Zhang et al. 2016, eq. 4).
func colorWeights(_ frequencies: Tensor, mixing: Double) -> Tensor {
  let even = 1 / Double(frequencies.count)
  // Without mixing, a colour that never occurs would count infinitely.
  let weights = 1 / (frequencies * (1 - mixing) + mixing * even).clamped(from: 1e-3 * even)
  return weights / (frequencies * weights).sum()
}

/// The cross-entropy of predicted colours, each place weighted by its nearest colour's weight
/// (Zhang et al. 2016, eq. 2 and 3), averaged over places where the paper adds them.
/// - Parameters:
///   - scores: `[n, Q]`.
///   - codes: `[n, Q]`, rows of sum 1.
///   - weights: `[Q]`.
public func colorizationLoss(_ scores: Tensor, _ codes: Tensor, weights: Tensor) -> Tensor {
  withoutAutocast(on: scores.device) {
    let errors = -(codes * scores.to(.float32).logSoftmax()).sum(over: 1)
    return (errors * weights.rows(codes.argmax(along: 1))).mean()
  }
}
