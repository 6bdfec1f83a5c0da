public import Augment
public import Backbones
public import Torch
public import TorchNN

/// A denoising autoencoder: "Stacked Denoising Autoencoders", Vincent, Larochelle, Lajoie, Bengio
/// and Manzagol, JMLR 2010, section 3, on "Extracting and Composing Robust Features with Denoising
/// Autoencoders", ICML 2008.
///
/// The paper's are its corruption by Gaussian noise (section 3.3), its affine decoder and its
/// squared error against the clean input. Its encoders are single layers, trained one after the
/// other; here a whole transformer is, whose patches the decoder paints one by one.
public final class DenoisingAutoencoder: Module, PretextTask, Reconstructing {
  /// Hyper-parameters.
  public struct Options: MethodOptions {
    /// The noise's deviation, in deviations of the images' pixels. The paper tries 0.05 to 0.5 for
    /// pixels of 0 to 1, whose deviation in photographs is about a quarter.
    public var noise = 1.0
    /// The defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "denoising-autoencoder", title: "Denoising autoencoder",
    role: .selfSupervised(.generative),
    paper: .init(
      title: "Stacked Denoising Autoencoders: Learning Useful Representations in a Deep Network "
        + "with a Local Denoising Criterion",
      authors: "Vincent, Larochelle, Lajoie, Bengio, Manzagol", year: 2010, venue: "JMLR 11"),
    learnsFrom: "From an image with noise on it, what it was without. The noise and the squared "
      + "error are the paper's; the transformer and training it as a whole are not.",
    loss: "mean over patches and pixels of (W·f(x + σε) − x)²",
    backbones: [.vit],
    needs: "A ViT; any batch. A little noise is taken away by looking at neighbouring pixels only: "
      + "masking asks for more.",
    lowData: "Not in the study of Konstantakos et al. (2025), which has MAE for this family.",
    recipes: [
      PublishedRecipe(
        source: "MAE's of solo-learn, CIFAR-10, ViT-S/4: the paper has none for transformers",
        optimizer: .adamW(beta2: 0.95, weightDecay: 0.05), learningRate: 2e-4, warmUpEpochs: 10,
        epochs: 1000, batch: 256),
      PublishedRecipe(
        source:
          "MAE's, He et al. 2022, ImageNet, appendix A.1: the paper has none for transformers",
        images: .large, optimizer: .adamW(beta2: 0.95, weightDecay: 0.05), learningRate: 1.5e-4,
        warmUpEpochs: 40, epochs: 800, batch: 4096),
    ],
    revision: 1)

  /// The encoder.
  public let backbone: Backbone
  private let encoder: Unowned<VisionTransformer>
  private let decoder: Linear
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds the decoder, one affine layer for all patches.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    let vit = try context.transformer(for: "denoising-autoencoder")
    guard options.noise > 0 else {
      throw .option(
        method: "denoising-autoencoder", "noise is \(options.noise); it must be above 0")
    }
    self.options = options
    backbone = vit
    encoder = Unowned(vit)
    decoder = Linear(
      vit.features, vit.patch * vit.patch * context.spec.inputChannels, random: context.random)
  }

  /// One view, cropped and flipped.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .one(size: imageSize)
  }

  /// The squared error of the clean pixels.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let images = views.images[0]
    let (_, encoded, decoded) = paint(images, progress.random("noise"))
    let value = withoutAutocast(on: images.device) {
      maskedPixelLoss(decoded, encoder.module.patches(of: images))
    }
    return PretextLoss(value, features: encoded.selected(0, along: 1))
  }

  /// What it paints of images with noise on them.
  public func reconstruction(of images: Tensor, random: RandomStream) -> Reconstruction {
    withoutGradient {
      let (noisy, _, decoded) = paint(images, random)
      return Reconstruction(
        of: noisy, painted: encoder.module.image(of: decoded, like: images))
    }
  }

  /// Images with noise on them, their encoded tokens, and the pixels of all patches decoded from these.
  private func paint(
    _ images: Tensor, _ random: RandomStream
  ) -> (noisy: Tensor, encoded: Tensor, decoded: Tensor) {
    let vit = encoder.module
    let noise = random.normal(images.shape, deviation: options.noise)
    let noisy = images + noise.to(images.device)
    let encoded = vit.tokens(noisy)
    return (noisy, encoded, decoder(vit.patchTokens(of: encoded)))
  }
}
