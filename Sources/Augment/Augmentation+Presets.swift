/// Published recipes.
extension Augmentation {
  /// Nothing: the image itself, as it is evaluated.
  public static let none = Augmentation()

  /// Flips and mild crops of at least a fifth of the image, for supervised training, fine-tuning and
  /// MAE (He et al. 2022, who use the same crop and flip).
  ///
  /// torchvision's reference training crops from 0.08 on, which suits long training on a million
  /// images; with few images and short budgets it starves the supervised baseline.
  public static let supervised = Augmentation(
    crop: RandomResizedCrop(scale: 0.2...1), flip: 0.5)

  /// SimCLR (Chen et al. 2020, appendix A): crops of 8-100% of the area, flips, colour jitter of
  /// `strength` × (0.8, 0.8, 0.8, 0.2) on 80% of the views, grayscale on 20%, blur on half.
  ///
  /// For CIFAR-10 (appendix B.9) the paper takes strength 0.5 and no blur: see
  /// ``simCLRForSmallImages``.
  public static func simCLR(strength: Double = 1, blur: Bool = true) -> Augmentation {
    Augmentation(
      crop: RandomResizedCrop(), flip: 0.5,
      jitter: ColorJitter(
        brightness: 0.8 * strength, contrast: 0.8 * strength, saturation: 0.8 * strength,
        hue: 0.2 * strength, probability: 0.8),
      grayscale: 0.2, blur: blur ? GaussianBlur(probability: 0.5) : nil)
  }

  /// SimCLR's recipe for images of about 32 pixels: strength 0.5, no blur.
  public static let simCLRForSmallImages = simCLR(strength: 0.5, blur: false)

  /// Instance discrimination's (Wu et al. 2018, as its code has it); also SeLa's: crops of a fifth or
  /// more, flips, jitter of 0.4 on every view, grayscale on 20%.
  public static let instance = Augmentation(
    crop: RandomResizedCrop(scale: 0.2...1), flip: 0.5,
    jitter: ColorJitter(brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.4),
    grayscale: 0.2)

  /// BYOL's colours (Grill et al. 2020, appendix B) with a chosen crop, and probabilities of blur and
  /// solarisation: 1 and 0 for its first view, 0.1 and 0.2 for its second.
  public static func byolView(
    blur: Double, solarize: Double, scale: ClosedRange<Double> = 0.08...1
  ) -> Augmentation {
    Augmentation(
      crop: RandomResizedCrop(scale: scale), flip: 0.5,
      jitter: ColorJitter(
        brightness: 0.4, contrast: 0.4, saturation: 0.2, hue: 0.1, probability: 0.8),
      grayscale: 0.2, blur: blur > 0 ? GaussianBlur(probability: blur) : nil,
      solarize: solarize > 0 ? Solarize(probability: solarize) : nil)
  }
}
