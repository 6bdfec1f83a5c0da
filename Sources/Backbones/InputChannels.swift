import Torch
import TorchNN

extension Backbone {
  /// Weights of a network for colour or grey images, with the first convolution made to take this network's
  /// channels; others as they are.
  func adaptedToChannels(_ tensors: [String: Tensor]) -> [String: Tensor] {
    // The first kernel in the order of the state is the one that sees the image.
    guard let first = state.first(where: { $0.tensor.rank == 4 })?.name,
      let kernel = tensors[first],
      kernel.rank == 4, [1, 3].contains(kernel.size(1))
    else { return tensors }
    var tensors = tensors
    tensors[first] = adaptedKernel(kernel, channels: spec.inputChannels)
    return tensors
  }
}

/// A kernel `[out, 3, k, k]` for colour images, or `[out, 1, k, k]` for grey ones, for images of `channels` channels, by the rule of
/// timm's `adapt_input_conv`: for one channel the sum over the colours, which gives a grey image what
/// it gave as a colour image; for others the colours' kernels repeated in their order and multiplied
/// by 3 / channels, which keeps the size of what comes out. A kernel for grey images sees the mean of
/// the channels.
func adaptedKernel(_ kernel: Tensor, channels: Int) -> Tensor {
  let given = kernel.size(1)
  if channels == given { return kernel }
  if channels == 1 { return kernel.to(.float32).sum(over: 1).unsqueezed(1) }
  let repeated = concatenated(
    Array(repeating: kernel.to(.float32), count: (channels + given - 1) / given), along: 1)
  return repeated.sliced(0..<channels, along: 1) * (Double(given) / Double(channels))
}
