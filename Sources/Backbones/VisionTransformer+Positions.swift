import Foundation
public import Torch
import TorchNN

/// Where patches stand.
extension VisionTransformer {
  /// The position embeddings of a grid of patches, `[1, rows · columns, D]`, resampled bicubically
  /// (antialiased, as timm does) where the grid is not the network's own.
  public func positions(rows: Int, columns: Int) -> Tensor {
    let own = posEmbed.value.sliced(
      positionedPrefix..<(positionedPrefix + side * side), along: 1)
    return VisionTransformer.resampledPositions(own, rows: rows, columns: columns)
  }

  /// Tokens before the patches that have a position: the class token, or, in a network with registers,
  /// none, as in timm's DINOv2 networks (`no_embed_class`).
  var positionedPrefix: Int { spec.registers == nil ? 1 : 0 }

  /// Position embeddings `[1, prefix + s², D]` of a square grid for one of `rows` × `columns`: those
  /// of the grid resampled bicubically and antialiased in `float32`, those of the prefix as they are,
  /// as timm's `resample_abs_pos_embed`. What is no such grid, or is of that size, is returned as it
  /// is.
  public static func resampledPositions(
    _ positions: Tensor, prefix: Int = 0, rows: Int, columns: Int
  ) -> Tensor {
    let count = positions.size(1) - prefix
    let side = Int(Double(max(0, count)).squareRoot().rounded())
    if side == 0 || side * side != count || (side, side) == (rows, columns) { return positions }
    let grid = positions.sliced(prefix..<(prefix + count), along: 1).to(.float32)
      .reshaped(1, side, side, -1).permuted(0, 3, 1, 2)
      .resized(height: rows, width: columns, bicubic: true, antialias: true)
      .flattened(from: 2).transposed()
    if prefix == 0 { return grid }
    return concatenated([positions.sliced(0..<prefix, along: 1).to(.float32), grid], along: 1)
  }

  /// Replaces the position embeddings by fixed sines and cosines of row and column (He et al. 2022),
  /// which are not trained.
  public func useSineCosinePositions() {
    let fixed = VisionTransformer.sineCosinePositions(side: side, width: features)
    let prefix = Tensor.zeros([1, positionedPrefix, features])
    posEmbed.replace(concatenated([prefix, fixed], along: 1))
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
}
