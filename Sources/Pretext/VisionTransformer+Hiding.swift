import Backbones
import Torch

extension VisionTransformer {
  /// Encoded tokens `[N, prefixLength + T, D]` of images whose hidden patches are replaced by `token`
  /// `[1, 1, D]`; their positions stay.
  /// - Parameter hidden: `bool` `[N, T, 1]`.
  func tokens(_ images: Tensor, hiding hidden: Tensor, behind token: Tensor) -> Tensor {
    encode(withClassToken(embed(images, hiding: hidden, behind: token)))
  }

  /// The same tokens before the class token and the blocks, `[N, T, D]`.
  func embed(_ images: Tensor, hiding hidden: Tensor, behind token: Tensor) -> Tensor {
    let tokens = embed(images)
    let (rows, columns) = (images.size(2) / patch, images.size(3) / patch)
    let stand = (token + positions(rows: rows, columns: columns)).to(tokens.dtype)
    return hidden.select(stand, else: tokens)
  }
}
