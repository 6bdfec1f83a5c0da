public import Torch
public import TorchNN

/// Cuts images into patches and projects each: one convolution whose stride is its kernel.
final class PatchEmbedding: Layer {
  let proj: Conv2d

  init(_ channels: Int, _ width: Int, patch: Int, random: RandomStream) {
    proj = Conv2d(
      channels, width, kernel: patch, stride: patch, bias: true, initialisation: .xavier,
      random: random)
  }

  /// `[N, C, H, W]` → `[N, D, H / patch, W / patch]`.
  override func callAsFunction(_ x: Tensor) -> Tensor { proj(x) }
}

/// Attention and a two-layer network, each after a norm and around a shortcut.
public final class TransformerBlock: Layer {
  let norm1: LayerNorm
  let attn: SelfAttention
  let norm2: LayerNorm
  let mlp: FeedForward

  /// A block for tokens of `width` numbers, which `heads` divides.
  public init(_ width: Int, heads: Int, random: RandomStream) {
    norm1 = LayerNorm(width, epsilon: 1e-6)
    attn = SelfAttention(width, heads: heads, random: random)
    norm2 = LayerNorm(width, epsilon: 1e-6)
    mlp = FeedForward(width, hidden: 4 * width, random: random)
  }

  /// `[N, T, D]` → `[N, T, D]`.
  public override func callAsFunction(_ x: Tensor) -> Tensor { self(x, mask: nil) }

  /// The same, where tokens attend only to those that `mask` allows: `bool`, broadcast to
  /// `[N, heads, T, T]`, true where the row's token may look at the column's.
  public func callAsFunction(_ x: Tensor, mask: Tensor?) -> Tensor {
    let y = x + attn(norm1(x), mask: mask)
    return y + mlp(norm2(y))
  }
}

/// Multi-head self-attention over `[N, T, D]`.
final class SelfAttention: Layer {
  let qkv: Linear
  let proj: Linear
  let heads: Int

  init(_ width: Int, heads: Int, random: RandomStream) {
    qkv = Linear(width, 3 * width, initialisation: .xavier, random: random)
    proj = Linear(width, width, initialisation: .xavier, random: random)
    self.heads = heads
  }

  override func callAsFunction(_ x: Tensor) -> Tensor { self(x, mask: nil) }

  func callAsFunction(_ x: Tensor, mask: Tensor?) -> Tensor {
    let (count, length, width) = (x.size(0), x.size(1), x.size(2))
    let parts = qkv(x).reshaped(count, length, 3, heads, width / heads).permuted(2, 0, 3, 1, 4)
    let mixed = parts[0].attention(parts[1], parts[2], mask: mask)
    return proj(mixed.transposed(1, 2).reshaped(count, length, width))
  }
}

/// Linear, GELU, linear.
final class FeedForward: Layer {
  let fc1: Linear
  let fc2: Linear

  init(_ width: Int, hidden: Int, random: RandomStream) {
    fc1 = Linear(width, hidden, initialisation: .xavier, random: random)
    fc2 = Linear(hidden, width, initialisation: .xavier, random: random)
  }

  override func callAsFunction(_ x: Tensor) -> Tensor { fc2(fc1(x).gelu()) }
}
