public import Torch
import TorchNN

/// A vision transformer (Dosovitskiy et al. 2021) with timm's names and numerics, without a head.
///
/// Methods take it apart: ``embed(_:)`` gives patch tokens with their positions, from which a masked
/// autoencoder keeps a part; ``withClassToken(_:)`` puts the class token and the registers in front;
/// ``encode(_:mask:)`` runs the blocks on whatever tokens are left, of which
/// ``patchTokens(of:)`` are those of the patches. A method that replaces patches by a mask token of its own
/// adds ``positions(rows:columns:)`` to it.
public final class VisionTransformer: Backbone {
  let clsToken: Parameter
  let regToken: Parameter?
  let posEmbed: Parameter
  let patchEmbed: PatchEmbedding
  let blocks: [TransformerBlock]
  let norm: LayerNorm
  /// Side of a patch in pixels.
  public let patch: Int
  /// Patches along a side of the images that the network is made for.
  let side: Int

  /// Random weights as MAE and MoCo v3 begin them: matrices and patch projection by Xavier, biases 0;
  /// positions normal with deviation 0.02 and the class token nearly 0, as timm. (timm's matrices
  /// have a deviation of 0.02 too, which is right at a width of 768 and too little below.)
  /// - Parameters:
  ///   - spec: a ViT's; traps on another.
  ///   - random: where weights are drawn from, in the order of the state dictionary.
  public init(_ spec: BackboneSpec, random: RandomStream) {
    guard let plan = VisionTransformer.plan(spec.architecture), let patch = spec.patch else {
      preconditionFailure("VisionTransformer: \(spec.id) is not a ViT")
    }
    let width = spec.width
    self.patch = patch
    side = spec.imageSize / patch
    clsToken = Parameter(random.normal([1, 1, width], deviation: 1e-6))
    regToken = spec.registers.map { Parameter(random.normal([1, $0, width], deviation: 1e-6)) }
    let places = side * side + (spec.registers == nil ? 1 : 0)
    posEmbed = Parameter(random.normal([1, places, width], deviation: 0.02))
    patchEmbed = PatchEmbedding(spec.inputChannels, width, patch: patch, random: random)
    blocks = DropPath.rates(to: spec.dropPath ?? 0, depth: plan.depth).map { rate in
      TransformerBlock(
        width, heads: plan.heads, layerScale: spec.layerScale, dropPath: rate, random: random)
    }
    norm = LayerNorm(width, epsilon: 1e-6)
    super.init(spec: spec, features: width)
  }

  /// Width, heads and depth; `nil` if it is no ViT.
  static func plan(
    _ architecture: BackboneSpec.Architecture
  ) -> (width: Int, heads: Int, depth: Int)? {
    switch architecture {
    case .vitMicro: (96, 3, 6)
    case .vitTiny: (192, 3, 12)
    case .vitSmall, .dinov2Small: (384, 6, 12)
    case .vitBase: (768, 12, 12)
    default: nil
    }
  }

  /// What an architecture prescribes beyond its sizes; `nil` where that is left to the user.
  static func prescribed(
    _ architecture: BackboneSpec.Architecture
  ) -> (patch: Int, registers: Int, layerScale: Double)? {
    architecture == .dinov2Small ? (14, 4, 1e-5) : nil
  }

  /// Takes positions of another grid, resampled, beside what every network adapts.
  override func fitted(_ tensors: [String: Tensor]) -> [String: Tensor] {
    var tensors = super.fitted(tensors)
    if let given = tensors["pos_embed"], given.rank == 3, given.size(0) == 1,
      given.size(2) == features
    {
      tensors["pos_embed"] = VisionTransformer.resampledPositions(
        given, prefix: positionedPrefix, rows: side, columns: side)
    }
    return tensors
  }

  /// Patch tokens `[N, T, D]` of images `[N, C, H, W]`, row by row, with their positions and without
  /// the class token. H and W are multiples of the patch; other sizes than the one that the network
  /// is made for have their positions resampled.
  public func embed(_ images: Tensor) -> Tensor {
    let map = patchEmbed(images)
    let (rows, columns) = (map.size(2), map.size(3))
    return map.flattened(from: 2).transposed() + positions(rows: rows, columns: columns)
  }

  /// Stops training the patch projection, whose gradients make contrastive training of transformers
  /// unstable (Chen et al. 2021, section 4.2).
  public func freezePatchProjection() { patchEmbed.freeze() }

  /// Cuts images `[N, C, H, W]` into the patches that the tokens stand for: `[N, T, patch² · C]`, each
  /// row by row, the channels of a pixel together.
  public func patches(of images: Tensor) -> Tensor {
    let (count, channels) = (images.size(0), images.size(1))
    let (rows, columns) = (images.size(2) / patch, images.size(3) / patch)
    return images.reshaped(count, channels, rows, patch, columns, patch)
      .permuted(0, 2, 4, 3, 5, 1).reshaped(count, rows * columns, patch * patch * channels)
  }

  /// Tokens in front of the patches': the class token and the registers.
  public var prefixLength: Int { 1 + (spec.registers ?? 0) }

  /// Puts the class token, with its position if it has one, and the registers after it in front of
  /// tokens `[N, T, D]`: `[N, prefixLength + T, D]`.
  public func withClassToken(_ tokens: Tensor) -> Tensor {
    let prefix =
      regToken.map { [clsToken.value, $0.value] }
      ?? [clsToken.value + posEmbed.value.sliced(0..<1, along: 1)]
    return concatenated(
      prefix.map { $0.to(tokens.dtype).expanded(tokens.size(0), -1, -1) } + [tokens], along: 1)
  }

  /// The patches' of tokens `[N, prefixLength + T, D]`, `[N, T, D]`.
  public func patchTokens(of tokens: Tensor) -> Tensor {
    tokens.sliced(prefixLength..<tokens.size(1), along: 1)
  }

  /// Runs the blocks and the last norm on tokens `[N, T, D]`, any of them.
  /// - Parameter mask: where given, `bool` `[N, 1, T, T]`: true where the row's token may look at the
  ///   column's.
  public func encode(_ tokens: Tensor, mask: Tensor? = nil) -> Tensor {
    norm(blocks.reduce(tokens) { $1($0, mask: mask) })
  }

  /// Encoded tokens `[N, prefixLength + T, D]` of images: the class token first, then the registers,
  /// then the patches row by row.
  public func tokens(_ images: Tensor) -> Tensor { encode(withClassToken(embed(images))) }

  /// The encoded class token, or the mean of the encoded patches, `[N, D]`.
  public override func callAsFunction(_ images: Tensor) -> Tensor { feature(of: embed(images)) }

  /// The same of patch tokens `[N, T, D]`, all or some of an image's.
  public func feature(of patches: Tensor) -> Tensor {
    pooled(encode(withClassToken(patches)))
  }

  /// The class token of each block as `block1.class` and the mean of its patches as `block1.patches`,
  /// before the last norm; then the feature.
  public override func layerFeatures(of images: Tensor) -> [LayerFeature] {
    let outputs = blockOutputs(withClassToken(embed(images)), last: blocks.count)
    let layers = outputs.enumerated().flatMap { index, tokens in
      [
        LayerFeature(name: "block\(index + 1).class", values: tokens.selected(0, along: 1)),
        LayerFeature(
          name: "block\(index + 1).patches", values: patchTokens(of: tokens).mean(over: 1)),
      ]
    }
    let encoded = norm(outputs[outputs.count - 1])
    return layers + [LayerFeature(name: LayerFeature.last, values: pooled(encoded))]
  }

  /// The feature in encoded tokens `[N, prefixLength + T, D]`.
  private func pooled(_ encoded: Tensor) -> Tensor {
    switch spec.pooling {
    case .mean: return patchTokens(of: encoded).mean(over: 1)
    default: return encoded.selected(0, along: 1)
    }
  }
}
