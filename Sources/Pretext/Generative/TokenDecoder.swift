import Backbones
import Torch
import TorchNN

/// A light transformer that says what stands at hidden places, from the encoded tokens of others:
/// the decoder of MAE, the predictor of I-JEPA.
final class TokenDecoder: Module {
  private let decoderEmbed: Linear
  /// Stands for what is not seen, `[1, 1, width]`.
  let maskToken: Parameter
  private let decoderPositions: Buffer
  private let decoderBlocks: [TransformerBlock]
  private let decoderNorm: LayerNorm
  private let decoderPred: Linear

  /// From tokens of `input` numbers to `output` numbers a place of a grid of `side` × `side`, whose
  /// positions are fixed sines and cosines.
  init(
    _ input: Int, width: Int, depth: Int, heads: Int, output: Int, side: Int, random: RandomStream
  ) {
    decoderEmbed = Linear(input, width, initialisation: .xavier, random: random)
    maskToken = Parameter(random.normal([1, 1, width], deviation: 0.02))
    decoderPositions = Buffer(
      VisionTransformer.sineCosinePositions(side: side, width: width))
    decoderBlocks = (0..<depth).map { _ in
      TransformerBlock(width, heads: heads, random: random)
    }
    decoderNorm = LayerNorm(width)
    decoderPred = Linear(width, output, initialisation: .xavier, random: random)
  }

  /// Positions of the whole grid, `[1, T, width]`.
  var positions: Tensor { decoderPositions.value }

  /// Positions of `places`, `int64` `[N, K]`, `[N, K, width]`.
  func positions(at places: Tensor) -> Tensor {
    positions.expanded(places.size(0), -1, -1).gatheredTokens(places)
  }

  /// Encoded tokens in the decoder's width, without positions.
  func embedded(_ tokens: Tensor) -> Tensor { decoderEmbed(tokens) }

  /// What stands at the places of tokens `[N, T, width]`, but for the first `known`.
  func callAsFunction(_ tokens: Tensor, known: Int) -> Tensor {
    let y = decoderNorm(decoderBlocks.reduce(tokens) { $1($0) })
    return decoderPred(y.sliced(known..<y.size(1), along: 1))
  }

  /// Refuses a width that does not suit positions and heads.
  static func check(width: Int, heads: Int, method: String) throws(PretextError) {
    guard heads > 0, width % heads == 0, width % 4 == 0, width > 0 else {
      throw .option(
        method: method,
        "decoderWidth is \(width); give a multiple of 4 and of decoderHeads, \(heads)")
    }
  }
}
