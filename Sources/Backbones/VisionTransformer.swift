import Foundation
public import Torch
import TorchNN

/// A vision transformer (Dosovitskiy et al. 2021) with timm's names and numerics, without a head.
///
/// Methods take it apart: ``embed(_:)`` gives patch tokens with their positions, from which a masked
/// autoencoder keeps a part; ``withClassToken(_:)`` puts the class token in front; ``encode(_:)`` runs
/// the blocks on whatever tokens are left. A method that replaces patches by a mask token of its own
/// adds ``positions(rows:columns:)`` to it.
public final class VisionTransformer: Backbone {
  let clsToken: Parameter
  let posEmbed: Parameter
  let patchEmbed: PatchEmbedding
  let blocks: [TransformerBlock]
  let norm: LayerNorm
  /// Side of a patch in pixels.
  public let patch: Int
  private let side: Int

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
    posEmbed = Parameter(random.normal([1, 1 + side * side, width], deviation: 0.02))
    patchEmbed = PatchEmbedding(spec.inputChannels, width, patch: patch, random: random)
    blocks = (0..<plan.depth).map { _ in
      TransformerBlock(width, heads: plan.heads, random: random)
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
    case .vitSmall: (384, 6, 12)
    case .vitBase: (768, 12, 12)
    case .resnet18, .resnet34, .resnet50: nil
    }
  }

  /// Patch tokens `[N, T, D]` of images `[N, C, H, W]`, row by row, with their positions and without
  /// the class token. H and W are multiples of the patch; other sizes than the one that the network
  /// is made for have their positions resampled.
  public func embed(_ images: Tensor) -> Tensor {
    let map = patchEmbed(images)
    let (rows, columns) = (map.size(2), map.size(3))
    return map.flattened(from: 2).transposed() + positions(rows: rows, columns: columns)
  }

  /// The position embeddings of a grid of patches, `[1, rows · columns, D]`, resampled bicubically
  /// (antialiased, as timm does) where the grid is not the network's own.
  public func positions(rows: Int, columns: Int) -> Tensor {
    let own = posEmbed.value.sliced(1..<(1 + side * side), along: 1)
    if rows == side, columns == side { return own }
    return own.reshaped(1, side, side, features).permuted(0, 3, 1, 2)
      .resized(height: rows, width: columns, bicubic: true, antialias: true)
      .flattened(from: 2).transposed()
  }

  /// Replaces the position embeddings by fixed sines and cosines of row and column (He et al. 2022),
  /// which are not trained.
  public func useSineCosinePositions() {
    let fixed = VisionTransformer.sineCosinePositions(side: side, width: features)
    posEmbed.replace(concatenated([Tensor.zeros([1, 1, features]), fixed], along: 1))
    posEmbed.freeze()
  }

  /// Fixed position embeddings of a square grid, `[1, side², width]`: sines, then cosines, of the
  /// column in the first half and of the row in the second.
  public static func sineCosinePositions(side: Int, width: Int) -> Tensor {
    let quarter = width / 4
    let rates =
      (Tensor.range(to: Double(quarter), dtype: .float32) * (-log(10000) / Double(quarter)))
      .exp().reshaped(1, quarter)
    let places = Tensor.range(to: Double(side), dtype: .float32).reshaped(side, 1)
    let waves = concatenated([(places * rates).sin(), (places * rates).cos()], along: 1)
    let columns = waves.unsqueezed(0).expanded(side, -1, -1)
    let rows = waves.unsqueezed(1).expanded(-1, side, -1)
    return concatenated([columns, rows], along: 2).reshaped(1, side * side, 4 * quarter)
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

  /// Puts the class token, with its position, in front of tokens `[N, T, D]`.
  public func withClassToken(_ tokens: Tensor) -> Tensor {
    let token = clsToken.value + posEmbed.value.sliced(0..<1, along: 1)
    return concatenated(
      [token.to(tokens.dtype).expanded(tokens.size(0), -1, -1), tokens], along: 1)
  }

  /// Runs the blocks and the last norm on tokens `[N, T, D]`, any of them.
  /// - Parameter mask: where given, `bool` `[N, 1, T, T]`: true where the row's token may look at the
  ///   column's.
  public func encode(_ tokens: Tensor, mask: Tensor? = nil) -> Tensor {
    norm(blocks.reduce(tokens) { $1($0, mask: mask) })
  }

  /// Encoded tokens `[N, 1 + T, D]` of images: the class token first, then the patches row by row.
  public func tokens(_ images: Tensor) -> Tensor { encode(withClassToken(embed(images))) }

  /// The encoded class token, or the mean of the encoded patches, `[N, D]`.
  public override func callAsFunction(_ images: Tensor) -> Tensor { feature(of: embed(images)) }

  /// The same of patch tokens `[N, T, D]`, all or some of an image's.
  public func feature(of patches: Tensor) -> Tensor {
    let encoded = encode(withClassToken(patches))
    switch spec.pooling {
    case .mean: return encoded.sliced(1..<encoded.size(1), along: 1).mean(over: 1)
    default: return encoded.selected(0, along: 1)
    }
  }
}
