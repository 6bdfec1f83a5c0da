public import Torch

/// Stochastic depth (Huang et al. 2016): leaves a residual branch `[N, …]` out for some images of a
/// batch and scales it by 1 / (1 − rate) for the others, so that its expectation stays.
///
/// Only in training, and only where gradients are recorded: what is made without them, such as a
/// teacher's targets or a pass over the whole set, comes from the whole network. The draws come from
/// the stream of ``withDraws(from:_:)``, on the processor, so that every device drops the same; without
/// one they are libtorch's own.
public final class DropPath: Layer {
  private let rate: Double

  /// A branch that is left out with probability `rate`, at least 0 and below 1.
  public init(_ rate: Double) { self.rate = rate }

  /// Applies the layer.
  public override func callAsFunction(_ x: Tensor) -> Tensor {
    guard rate > 0, isTraining, isRecordingGradients else { return x }
    let images = [x.size(0)] + Array(repeating: 1, count: x.rank - 1)
    let factors =
      Draws.source.map { $0.random.bernoulli(images, 1 - rate).to(.float32) / (1 - rate) }
      ?? Tensor.ones(images).dropout(rate, training: true)
    return x * factors.to(x.dtype).to(x.device)
  }

  /// The rates of `depth` blocks, from 0 in the first to `last` in the last by equal steps, as timm.
  public static func rates(to last: Double, depth: Int) -> [Double] {
    (0..<depth).map { last * Double($0) / Double(max(1, depth - 1)) }
  }
}

/// Runs `body` with layers that draw (``DropPath``) drawing from `random`: a stream for each step lets
/// a resumed run draw the same, whatever runs beside it. Like gradient mode it belongs to the thread.
public func withDraws<Result>(
  from random: RandomStream, _ body: () throws -> Result
) rethrows -> Result {
  try Draws.$source.withValue(.init(random: random), operation: body)
}

private enum Draws {
  /// A stream does not leave the thread of the synchronous body that it is set for.
  struct Source: @unchecked Sendable {
    let random: RandomStream
  }

  @TaskLocal static var source: Source?
}
