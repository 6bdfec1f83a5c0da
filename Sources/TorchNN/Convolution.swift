public import Torch

/// A convolution of `[N, in, H, W]` with square kernels.
public final class Conv2d: Layer {
  package let weight: Parameter
  package let bias: Parameter?
  package let stride: Int
  package let padding: Int
  package let groups: Int

  /// Random kernels: with a bias as `initialisation` says, without one normal with deviation
  /// √(2 / (out·k²)) (He et al. 2015, fan-out, as torchvision's ResNet).
  public init(
    _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Int = 0,
    groups: Int = 1, bias: Bool = false, initialisation: Initialisation = .torch,
    random: RandomStream
  ) {
    let shape = [outputs, inputs / groups, kernel, kernel]
    if bias {
      let seen = inputs / groups * kernel * kernel
      weight = Parameter(
        initialisation.weight(shape, inputs: seen, outputs: outputs, random))
      self.bias = Parameter(initialisation.bias(inputs: seen, outputs: outputs, random))
    } else {
      let deviation = (2 / Double(outputs * kernel * kernel)).squareRoot()
      weight = Parameter(random.normal(shape, deviation: deviation))
      self.bias = nil
    }
    self.stride = stride
    self.padding = padding
    self.groups = groups
  }

  /// Convolves.
  ///
  /// Kernels of one pixel see only the pixels that the stride meets, which are taken beforehand:
  /// oneDNN's own gradient of such convolutions writes beyond its memory where there are few
  /// channels, several threads and an odd number of images (libtorch 2.13 on CPUs).
  public override func callAsFunction(_ x: Tensor) -> Tensor {
    guard weight.value.shape[2] == 1, stride > 1, padding == 0 else {
      return x.conv2d(weight.value, bias?.value, stride: stride, padding: padding, groups: groups)
    }
    let met = x.sliced(0..<x.shape[2], along: 2, step: stride)
      .sliced(0..<x.shape[3], along: 3, step: stride)
    return met.conv2d(weight.value, bias?.value, stride: 1, padding: 0, groups: groups)
  }
}

/// The largest element of each window.
public final class MaxPool2d: Layer {
  package let kernel: Int
  package let stride: Int
  package let padding: Int

  /// Square windows.
  public init(_ kernel: Int, stride: Int, padding: Int = 0) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
  }

  /// Pools.
  public override func callAsFunction(_ x: Tensor) -> Tensor {
    x.maxPool2d(kernel, stride: stride, padding: padding)
  }
}
