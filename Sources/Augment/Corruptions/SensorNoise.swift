import Torch

/// Noise of a sensor, drawn for each value of each channel. Grey images get grey noise.
enum SensorNoise {
  /// x + n with n normal.
  static func gaussian(
    _ levels: Tensor, _ strength: Strength, _ streams: some Sequence<RandomStream>
  ) -> Tensor {
    let deviation = strength([0.04, 0.06, 0.08, 0.09, 0.10], [0.08, 0.12, 0.18, 0.26, 0.38])
    return levels + draw(levels, streams) { $0.normal($1) } * (255 * deviation)
  }

  /// Poisson(x · c) / c: c is the light, in photons, that white stands for.
  static func shot(
    _ levels: Tensor, _ strength: Strength, _ streams: some Sequence<RandomStream>
  ) -> Tensor {
    let photons = strength([500, 250, 100, 75, 50], [60, 25, 12, 5, 3])
    let rates = (levels * (photons / 255)).to(.cpu)
    let counts = zip(streams, 0...).map { $0.poisson(rates[$1]) }
    return stacked(counts).to(levels.device) * (255 / photons)
  }

  /// A share of the values turned black or white, half of it each.
  static func impulse(
    _ levels: Tensor, _ strength: Strength, _ streams: some Sequence<RandomStream>
  ) -> Tensor {
    let half = strength([0.01, 0.02, 0.03, 0.05, 0.07], [0.03, 0.06, 0.09, 0.17, 0.27]) / 2
    let chance = draw(levels, streams) { $0.uniform($1) }
    return levels.filled(where: chance .< half, with: 0)
      .filled(where: chance .>= 1 - half, with: 255)
  }

  /// One draw an image, each of the shape `[C, H, W]`.
  private static func draw(
    _ levels: Tensor, _ streams: some Sequence<RandomStream>,
    _ body: (RandomStream, [Int]) -> Tensor
  ) -> Tensor {
    let shape = Array(levels.shape.dropFirst())
    return stacked(streams.map { body($0, shape) }).to(levels.device)
  }
}
