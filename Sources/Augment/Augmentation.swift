/// A recipe that turns an image into a view: crop, rotation, flips, colour, grayscale, blur and
/// solarisation, in this order.
public struct Augmentation: Codable, Sendable, Equatable {
  /// The part of the image that is kept; `nil` takes the centred square of
  /// ``DeviceStore/evaluationBatch(indices:size:)``.
  public var crop: RandomResizedCrop?
  /// Turns, for images without an up; `nil` for none.
  public var rotation: Rotation?
  /// Probability of a left-right flip.
  public var flip: Double
  /// Probability of an upside-down flip, for images without an up: cells, tiles, slides.
  public var verticalFlip: Double
  /// Random brightness, contrast, saturation and hue.
  public var jitter: ColorJitter?
  /// Probability of dropping colour. Stores of other than three channels skip it.
  public var grayscale: Double
  /// Random loss of sharpness.
  public var blur: GaussianBlur?
  /// Inversion of the bright parts.
  public var solarize: Solarize?

  /// A recipe; what is not named is off.
  public init(
    crop: RandomResizedCrop? = nil, rotation: Rotation? = nil, flip: Double = 0,
    verticalFlip: Double = 0, jitter: ColorJitter? = nil, grayscale: Double = 0,
    blur: GaussianBlur? = nil, solarize: Solarize? = nil
  ) {
    self.crop = crop
    self.rotation = rotation
    self.flip = flip
    self.verticalFlip = verticalFlip
    self.jitter = jitter
    self.grayscale = grayscale
    self.blur = blur
    self.solarize = solarize
  }
}

/// A part of the image of random area, shape and place, resized to the view, drawn as torchvision's
/// `RandomResizedCrop` draws it.
public struct RandomResizedCrop: Codable, Sendable, Equatable {
  /// The least share of the image's area that is kept.
  public var minimumScale: Double
  /// The largest share of the image's area that is kept.
  public var maximumScale: Double
  /// The least width / height, in the proportions of the original image.
  public var minimumRatio: Double
  /// The largest width / height, in the proportions of the original image.
  public var maximumRatio: Double

  /// Shares of the area (0...1) and proportions, both uniform, the second on a logarithmic scale.
  public init(
    scale: ClosedRange<Double> = 0.08...1, ratio: ClosedRange<Double> = 3.0 / 4...4.0 / 3
  ) {
    minimumScale = scale.lowerBound
    maximumScale = scale.upperBound
    minimumRatio = ratio.lowerBound
    maximumRatio = ratio.upperBound
  }
}

/// Random changes of colour in random order, as torchvision's `ColorJitter`, applied with a
/// probability.
///
/// Factors are uniform in `max(0, 1 − x)...1 + x`, the hue's shift in `−hue...hue` turns.
public struct ColorJitter: Codable, Sendable, Equatable {
  /// How far brightness may change.
  public var brightness: Double
  /// How far contrast may change.
  public var contrast: Double
  /// How far saturation may change. Stores of other than three channels skip it.
  public var saturation: Double
  /// How far hue may turn, at most 0.5. Stores of other than three channels skip it.
  public var hue: Double
  /// The probability that an image is changed at all.
  public var probability: Double

  /// How far each may change, and the probability of any change.
  public init(
    brightness: Double, contrast: Double, saturation: Double, hue: Double, probability: Double = 1
  ) {
    self.brightness = brightness
    self.contrast = contrast
    self.saturation = saturation
    self.hue = hue
    self.probability = probability
  }
}

/// A Gaussian blur with a random deviation; its kernel spans 10% of the view's side, made odd and at
/// least 3, with the border reflected.
public struct GaussianBlur: Codable, Sendable, Equatable {
  /// The least standard deviation, in pixels of the view.
  public var minimumSigma: Double
  /// The largest standard deviation, in pixels of the view.
  public var maximumSigma: Double
  /// The probability that an image is blurred.
  public var probability: Double

  /// Deviations in pixels, uniform, and the probability of a blur.
  public init(sigma: ClosedRange<Double> = 0.1...2, probability: Double) {
    minimumSigma = sigma.lowerBound
    maximumSigma = sigma.upperBound
    self.probability = probability
  }
}

/// The inversion of what is bright: x becomes 1 − x where x ≥ the threshold.
public struct Solarize: Codable, Sendable, Equatable {
  /// The least brightness (0...1) that is inverted.
  public var threshold: Double
  /// The probability that an image is solarised.
  public var probability: Double

  /// A threshold in 0...1 and a probability.
  public init(threshold: Double = 0.5, probability: Double) {
    self.threshold = threshold
    self.probability = probability
  }
}
