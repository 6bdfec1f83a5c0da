import TestSupport
import Testing
import Torch
import TorchNN

@Suite("Layers")
struct LayerTests {
  @Test("batch norm trains in bf16 and channels-last, and its statistics follow the batch")
  func batchNorm() {
    let random = RandomStream(seed: 1)
    let network = Sequential([
      Conv2d(3, 8, kernel: 3, padding: 1, random: random), BatchNorm(8), ReLU(),
      Conv2d(8, 8, kernel: 3, stride: 2, padding: 1, random: random), BatchNorm(8),
    ])
    network.useChannelsLast()
    let images = (random.normal([16, 3, 8, 8]) * 3 + 1).channelsLast()
    let target = random.normal([16, 8])
    let optimizer = Optimizer(.sgd(weightDecay: 1e-4), network.parameters)
    var losses: [Double] = []
    for _ in 0..<30 {
      let output = withAutocast(.bfloat16, on: .cpu) { network(images) }
      #expect(output.isChannelsLast)
      let loss = (output.to(.float32).mean(over: 2, 3) - target).square().mean()
      optimizer.clearGradients()
      loss.backward()
      optimizer.step(learningRate: 0.05)
      losses.append(loss.scalar)
    }
    #expect(losses.allSatisfy { $0.isFinite })
    #expect((losses.last ?? 0) < 0.9 * losses[0])
    for (name, tensor) in network.state {
      #expect(tensor.to(.float32).isFinite().array(of: Bool.self).allSatisfy { $0 }, "\(name)")
    }
    let scales = network.state.filter { $0.name.hasSuffix("running_var") }
    #expect(scales.allSatisfy { $0.tensor.dtype == .float32 && $0.tensor.floats != [1] })
  }

  @Test("batch norm uses the batch in training and the running statistics in use")
  func statistics() {
    let norm = BatchNorm(2)
    let x = RandomStream(seed: 1).normal([64, 2], mean: 4, deviation: 3)
    let trained = norm(x)
    #expect(isClose(trained.mean(over: 0), .zeros([2]), tolerance: 1e-5))
    #expect(isClose(trained.variance(over: 0, correction: 0), .ones([2]), tolerance: 1e-3))
    #expect(isClose(norm.buffers[0].buffer.value, x.mean(over: 0) * 0.1, tolerance: 1e-6))
    #expect(
      isClose(norm.buffers[1].buffer.value, x.variance(over: 0) * 0.1 + 0.9, tolerance: 1e-6))
    norm.train(false)
    let before = norm.buffers[0].buffer.value.floats
    #expect(!isClose(norm(x), trained, tolerance: 0.1))
    #expect(norm.buffers[0].buffer.value.floats == before)
  }

  @Test("layer norm of maps normalises each place over its channels")
  func layerNorm2d() {
    let x = RandomStream(seed: 1).normal([2, 8, 3, 5], mean: 4, deviation: 3)
    let y = LayerNorm2d(8)(x)
    #expect(y.shape == x.shape && y.isChannelsLast)
    #expect(isClose(y.mean(over: 1), .zeros([2, 3, 5]), tolerance: 1e-5))
    #expect(isClose(y.variance(over: 1, correction: 0), .ones([2, 3, 5]), tolerance: 1e-3))
    #expect(isClose(LayerNorm2d(8)(x.channelsLast()), y))
  }

  @Test("weights begin with the spread that PyTorch gives them")
  func beginnings() {
    let random = RandomStream(seed: 1)
    func deviation(_ layer: Layer) -> Double {
      layer.state[0].tensor.variance().scalar.squareRoot()
    }
    let plain = Conv2d(16, 64, kernel: 3, random: random)
    #expect(abs(deviation(plain) / (2.0 / (64 * 9)).squareRoot() - 1) < 0.03)
    let biased = Conv2d(16, 64, kernel: 3, bias: true, random: random)
    #expect(abs(deviation(biased) / (1.0 / (3 * 16 * 9)).squareRoot() - 1) < 0.03)
    let linear = Linear(100, 64, random: random)
    #expect(abs(deviation(linear) / (1.0 / 300).squareRoot() - 1) < 0.03)
    #expect(linear.state[0].tensor.abs().max().scalar <= 0.1)
    let narrow = Linear(100, 64, initialisation: .narrowNormal, random: random)
    #expect(abs(deviation(narrow) / 0.02 - 1) < 0.03)
    #expect(narrow.state[1].tensor.abs().max().scalar == 0)
    let xavier = Linear(100, 64, initialisation: .xavier, random: random)
    #expect(abs(deviation(xavier) / (2.0 / 164).squareRoot() - 1) < 0.03)
    #expect(xavier.state[1].tensor.abs().max().scalar == 0)
  }

  @Test("kernels of one pixel with a stride see what a plain convolution sees, and learn the same")
  func stridedPixels() throws {
    let random = RandomStream(seed: 1)
    let layer = Conv2d(16, 32, kernel: 1, stride: 2, random: random)
    let weight = (layer.weight.value.detached() + 0).requiringGradient()
    for side in [6, 7] {
      let x = random.normal([4, 16, side, side]).channelsLast()
      let ours = (x + 0).requiringGradient()
      let plain = (x + 0).requiringGradient()
      let output = layer(ours)
      let expected = plain.conv2d(weight, stride: 2)
      #expect(isClose(output, expected))
      let pull = random.normal(expected.shape)
      layer.weight.value.gradient = nil
      weight.gradient = nil
      (output * pull).sum().backward()
      (expected * pull).sum().backward()
      #expect(isClose(try #require(ours.gradient), try #require(plain.gradient)))
      #expect(isClose(try #require(layer.weight.value.gradient), try #require(weight.gradient)))
    }
  }
}
