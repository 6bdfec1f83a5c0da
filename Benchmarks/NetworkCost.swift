import Backbones
import Torch
import TorchNN

/// Floating-point operations of a ResNet with the small stem, counted from its convolutions (norms
/// and activations are a hundredth of them).
enum NetworkCost {
  /// Operations of one image, forward and backward, a multiplication and an addition counted as two.
  ///
  /// Backward makes two products as large as the forward one, for the kernel and for the input; the
  /// first layer's input needs none.
  static func training(_ backbone: Backbone) -> Double {
    backbone.parameters.reduce(0) { total, entry in
      let shape = entry.parameter.value.shape
      guard shape.count == 4 else { return total }
      let products = entry.name == "conv1.weight" ? 2 : 3
      let side = backbone.spec.imageSize >> halvings(entry.name)
      return total + Double(2 * products * side * side * shape.reduce(1, *))
    }
  }

  /// How often the output of a convolution has been halved: each stage but the first halves once.
  private static func halvings(_ name: String) -> Int {
    guard name.hasPrefix("layer"), let stage = name.dropFirst(5).first?.wholeNumberValue else {
      return 0
    }
    return stage - 1
  }
}
