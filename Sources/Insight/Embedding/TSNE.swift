import Downstream
import Foundation
public import Torch

/// t-SNE: places in the plane that keep near points near (van der Maaten and Hinton 2008), exactly, by
/// the whole N×N gradient.
///
/// Schedule and defaults are those of scikit-learn's exact method: 250 steps of early exaggeration by
/// 12 at momentum 0.5, then, from rest, momentum 0.8; gains of Jacobs (1988); learning rate N / 48, at
/// least 50. It begins at the first two principal components scaled to a deviation of 10⁻⁴, so that
/// nothing is random and the picture keeps the coarse arrangement (Kobak and Berens 2019).
public struct TSNE {
  /// More points than this take too long: draw them by ``stratifiedSample(_:count:seed:)``.
  public static let most = 2000

  /// How to place points.
  public struct Options: Codable, Sendable, Equatable {
    /// About how many neighbours each point looks at; cut to (N − 1) / 3.
    public var perplexity: Double
    /// Steps of gradient descent, of which the first 250 exaggerate.
    public var steps: Int

    /// scikit-learn's defaults.
    public init(perplexity: Double = 30, steps: Int = 1000) {
      self.perplexity = perplexity
      self.steps = steps
    }
  }

  /// Where each point is put, `float32` `[N, 2]`.
  public let places: Tensor
  /// The Kullback-Leibler divergence KL(P‖Q) that is left: lower is better, between embeddings of the
  /// same points at the same perplexity.
  public let divergence: Double

  /// Places points.
  /// - Parameters:
  ///   - points: `[N, D]` with N from 4 to ``most`` and D at least 2, finite: traps if
  ///     not.
  ///   - options: how.
  public init(_ points: Tensor, _ options: Options = Options()) {
    let count = points.size(0)
    precondition(
      (4...TSNE.most).contains(count) && points.size(1) > 1 && options.perplexity >= 1,
      "TSNE: \(points.shape) at perplexity \(options.perplexity); give 4 to \(TSNE.most) points")
    (places, divergence) = withoutGradient {
      let affinities = Affinities.joint(
        points, perplexity: min(options.perplexity, Double(count - 1) / 3)
      ).to(.float32)
      let start = PrincipalComponents(points, count: 2)(points)
      let deviation = start.selected(0, along: 1).variance(correction: 0).sqrt().scalar
      var descent = Descent((start * (1e-4 / max(deviation, 1e-30))).to(.float32))
      let rate = max(Double(count) / 48, 50)
      let early = min(options.steps, 250)
      for _ in 0..<early {
        descent.step(affinities, exaggeration: 12, momentum: 0.5, rate: rate)
      }
      descent = Descent(descent.places)
      for _ in early..<options.steps {
        descent.step(affinities, exaggeration: 1, momentum: 0.8, rate: rate)
      }
      return (descent.places, descent.divergence(affinities))
    }
  }
}

/// Gradient descent with momentum and gains.
private struct Descent {
  var places: Tensor
  private var update: Tensor
  private var gains: Tensor

  init(_ places: Tensor) {
    self.places = places
    update = .zeros(places.shape)
    gains = .ones(places.shape)
  }

  mutating func step(_ affinities: Tensor, exaggeration: Double, momentum: Double, rate: Double) {
    let gradient = gradient(affinities, exaggeration: exaggeration)
    let turned = (update * gradient) .< 0
    gains = turned.select(gains + 0.2, else: gains * 0.8).clamped(from: 0.01)
    update = update * momentum - gradient * gains * rate
    places = places + update
  }

  /// 4 Σⱼ (pᵢⱼ − qᵢⱼ) (yᵢ − yⱼ) / (1 + ‖yᵢ − yⱼ‖²), `[N, 2]`.
  private func gradient(_ affinities: Tensor, exaggeration: Double) -> Tensor {
    // Of the sums over j, one of yⱼ and one of 1, so that one product gives both; as rows, which are
    // multiplied several times faster than columns so thin.
    let ones = Tensor.ones([1, places.size(0)])
    let factors = concatenated([places.transposed(), ones])
    var attraction: [Tensor] = []
    var repulsion: [Tensor] = []
    let total = forEachKernel(affinities) { p, kernel in
      attraction.append((p * kernel).linear(factors))
      repulsion.append(kernel.square().linear(factors))
    }
    let sums = concatenated(attraction) * exaggeration - concatenated(repulsion) / total
    return (places * sums.sliced(2..<3, along: 1) - sums.sliced(0..<2, along: 1)) * 4
  }

  /// KL(P‖Q) over pairs of different points: Σ p log p − Σ p log kernel + log Σ kernel, P having sum 1.
  func divergence(_ affinities: Tensor) -> Double {
    var sum = 0.0
    let total = forEachKernel(affinities) { p, kernel in
      let p = p.to(.float64)
      sum += (p * (p.clamped(from: 1e-300).log() - kernel.to(.float64).log())).sum().scalar
    }
    return sum + log(total)
  }

  /// Hands over P and 1 / (1 + ‖yᵢ − yⱼ‖²) for some rows i at a time and all j, 1 where j is i; gives
  /// the sum of the latter over different points.
  private func forEachKernel(_ affinities: Tensor, _ body: (Tensor, Tensor) -> Void) -> Double {
    // 1 + ‖y‖² − 2 yᵀy′ + ‖y′‖² as one product.
    let lengths = places.square().sum(over: 1, keepingAxes: true)
    let one = Tensor.ones([places.size(0), 1])
    let left = concatenated([places, lengths + 1, one], along: 1)
    let right = concatenated([places * -2, one, lengths], along: 1)
    var total = -Double(places.size(0))
    // A block stays in the cache.
    for block in affinities.blocks(of: 128) {
      let rows = left[block.start..<block.start + block.values.size(0)]
      let kernel = rows.linear(right).clamped(from: 1).pow(-1)
      total += kernel.sum().scalar
      body(block.values, kernel)
    }
    return total
  }
}
