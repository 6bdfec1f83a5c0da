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
  let ls1: LayerScale?
  let norm2: LayerNorm
  let mlp: FeedForward
  let ls2: LayerScale?
  private let dropPath: DropPath

  /// A block for tokens of `width` numbers, which `heads` divides.
  /// - Parameters:
  ///   - layerScale: what each branch is multiplied by at the beginning, if it is scaled at all.
  ///   - dropPath: how often each branch is left out in training.
  public init(
    _ width: Int, heads: Int, layerScale: Double? = nil, dropPath: Double = 0,
    random: RandomStream
  ) {
    norm1 = LayerNorm(width, epsilon: 1e-6)
    attn = SelfAttention(width, heads: heads, random: random)
    ls1 = layerScale.map { LayerScale(width, $0) }
    norm2 = LayerNorm(width, epsilon: 1e-6)
    mlp = FeedForward(width, hidden: 4 * width, random: random)
    ls2 = layerScale.map { LayerScale(width, $0) }
    self.dropPath = DropPath(dropPath)
  }

  /// `[N, T, D]` → `[N, T, D]`.
  public override func callAsFunction(_ x: Tensor) -> Tensor { self(x, mask: nil) }

  /// The same, where tokens attend only to those that `mask` allows: `bool`, broadcast to
  /// `[N, heads, T, T]`, true where the row's token may look at the column's.
  public func callAsFunction(_ x: Tensor, mask: Tensor?) -> Tensor {
    let attended = attn(norm1(x), mask: mask)
    let y = x + dropPath(ls1?(attended) ?? attended)
    let mixed = mlp(norm2(y))
    return y + dropPath(ls2?(mixed) ?? mixed)
  }

  /// How much each of the tokens `[N, T, D]` looks at each, `[N, heads, T, T]`.
  func attention(_ x: Tensor) -> Tensor { attn.weights(norm1(x)) }
}

/// A trained factor for each number of a token, small at the beginning (Touvron et al. 2021).
final class LayerScale: Layer {
  let gamma: Parameter

  init(_ width: Int, _ value: Double) { gamma = Parameter(.full([width], value)) }

  override func callAsFunction(_ x: Tensor) -> Tensor { x * gamma.value }
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
    let parts = parts(x)
    let mixed = parts[0].attention(parts[1], parts[2], mask: mask)
    return proj(mixed.transposed(1, 2).reshaped(x.shape))
  }

  /// The softmax of the scaled products of queries and keys, `[N, heads, T, T]`.
  func weights(_ x: Tensor) -> Tensor {
    let parts = parts(x)
    let scale = 1 / Double(parts.size(-1)).squareRoot()
    return (parts[0] * scale).matmul(parts[1].transposed()).softmax()
  }

  /// Queries, keys and values, `[3, N, heads, T, width / heads]`.
  private func parts(_ x: Tensor) -> Tensor {
    let (count, length, width) = (x.size(0), x.size(1), x.size(2))
    return qkv(x).reshaped(count, length, 3, heads, width / heads).permuted(2, 0, 3, 1, 4)
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
