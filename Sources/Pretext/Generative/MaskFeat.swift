public import Augment
public import Backbones
public import Torch
public import TorchNN

/// MaskFeat: "Masked Feature Prediction for Self-Supervised Visual Pre-Training", Wei, Fan, Xie,
/// Wu, Yuille and Feichtenhofer, CVPR 2022 (arXiv 2112.09133), sections 3 and 5.
public final class MaskFeat: Module, PretextTask {
  /// Hyper-parameters; defaults are the paper's, but for smaller cells.
  public struct Options: MethodOptions {
    /// The share of the patches that is hidden.
    public var maskRatio = 0.4
    /// Directions that half a turn is cut into.
    public var bins = 9
    /// Cells along a side of a patch. The paper's are of 8 pixels, 2 to a patch of 16; a small
    /// image's patch of 4 pixels is one cell.
    public var cells = 1
    /// The published defaults.
    public init() {}
  }

  /// What a reader wants to know of the method.
  public static let card = MethodCard(
    name: "maskfeat", title: "MaskFeat", role: .selfSupervised(.generative),
    paper: .init(
      title: "Masked Feature Prediction for Self-Supervised Visual Pre-Training",
      authors: "Wei, Fan, Xie et al.", year: 2022, venue: "CVPR, arXiv 2112.09133"),
    learnsFrom: "Blocks of patches are replaced by a mask token; at their places one linear layer "
      + "tells in which directions edges run, which leaves out brightness and exact places.",
    loss: "mean over masked patches of (decoded − histograms of oriented gradients)²",
    backbones: [.vit],
    needs: "A ViT, which sees all tokens. Its class token is trained by attention only; "
      + "pooling=mean suits it. Smooth images without edges leave little to tell.",
    lowData: "Not in the study of Konstantakos et al. (2025), which has MAE for this family.",
    recipes: [
      PublishedRecipe(
        source:
          "Wei et al. 2022, ImageNet, ViT-B/16, as in MMSelfSup, taken over for small images, "
          + "for which none was published", optimizer: .adamW(weightDecay: 0.05),
        learningRate: 2e-4, warmUpEpochs: 30, epochs: 300, batch: 2048, clip: 0.02),
      PublishedRecipe(
        source: "Wei et al. 2022, ImageNet, ViT-B/16, as in MMSelfSup", images: .large,
        optimizer: .adamW(weightDecay: 0.05), learningRate: 2e-4, warmUpEpochs: 30, epochs: 300,
        batch: 2048, clip: 0.02, options: ["cells": .number(2)]),
    ],
    revision: 1)

  /// The encoder.
  public let backbone: Backbone
  private let encoder: Unowned<VisionTransformer>
  private let maskToken: Parameter
  private let decoder: Linear
  private let patch: Int
  private let side: Int
  /// The hyper-parameters it was built with.
  public let options: Options

  /// Adds the mask token and the linear decoder.
  public init(_ options: Options, _ context: PretextContext) throws(PretextError) {
    let vit = try context.transformer(for: "maskfeat")
    guard options.cells > 0, vit.patch % options.cells == 0, options.bins > 1 else {
      throw .option(
        method: "maskfeat",
        "cells is \(options.cells) and bins \(options.bins); give cells that divide the patch of "
          + "\(vit.patch) pixels and 2 bins or more")
    }
    guard (0.01...0.99).contains(options.maskRatio) else {
      throw .option(
        method: "maskfeat", "maskRatio is \(options.maskRatio); give 0.01 to 0.99")
    }
    self.options = options
    patch = vit.patch
    backbone = vit
    encoder = Unowned(vit)
    side = context.spec.imageSize / vit.patch
    maskToken = Parameter(context.random.normal([1, 1, vit.features], deviation: 0.02))
    decoder = Linear(
      vit.features, context.spec.inputChannels * options.bins * options.cells * options.cells,
      initialisation: .narrowNormal, random: context.random)
  }

  /// One view, cropped to half or more and flipped.
  public static func views(_ options: Options, imageSize: Int) -> ViewPlan {
    .one(size: imageSize, Augmentation(crop: RandomResizedCrop(scale: 0.5...1), flip: 0.5))
  }

  /// The patches that the network sees the mask token for.
  public static func hidden(_ options: Options, in view: MaskedView) -> Tensor? {
    let mask = PatchMask.blocks(
      count: view.count, side: view.side, ratio: options.maskRatio, random: view.random,
      device: .cpu)
    return view.map(mask.isHidden)
  }

  /// The squared error of the hidden patches' histograms.
  public func loss(_ views: Views, _ progress: StepProgress) -> PretextLoss {
    let images = views.images[0]
    let mask = PatchMask.blocks(
      count: images.size(0), side: side, ratio: options.maskRatio,
      random: progress.random("mask"), device: images.device)
    let vit = encoder.module
    let encoded = mask.encoded(images, by: vit, token: maskToken.value)
    let decoded = decoder(vit.patchTokens(of: encoded))
    let value = withoutAutocast(on: images.device) {
      mask.mean((decoded.to(.float32) - histograms(of: images)).square())
    }
    return PretextLoss(value, features: encoded.selected(0, along: 1))
  }

  /// The histograms of each patch's cells, `[N, T, C · bins · cells²]`.
  private func histograms(of images: Tensor) -> Tensor {
    let cells = options.cells
    let map = orientedGradients(images, bins: options.bins, cell: patch / cells)
    return map.reshaped(
      images.size(0), images.size(1) * options.bins, side, cells, side, cells
    ).permuted(0, 2, 4, 1, 3, 5).reshaped(images.size(0), side * side, -1)
  }
}
