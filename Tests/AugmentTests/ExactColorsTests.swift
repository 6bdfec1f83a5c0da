import Testing
import Torch

@testable import Augment

/// Figures of torchvision 0.29's `functional` in float64, on the sample of 2 × 3 pixels.
@Suite struct ExactColorsTests {
  @Test(arguments: [
    (
      ColorChange(brightness: 1.4),
      [
        0.09333, 0.38431, 0.67529, 0.59294, 0.88392, 1.0, 1.0, 1.0, 0.26902, 0.29647, 0.58745,
        0.87843, 0.79608, 1.0, 1.0, 1.0, 0.18118, 0.47216,
      ] as [Float]
    ),
    (
      ColorChange(contrast: 1.5),
      [
        0.0, 0.14724, 0.459, 0.37077, 0.68253, 0.9943, 0.90606, 1.0, 0.02371, 0.05312, 0.36488,
        0.67665, 0.58841, 0.90018, 1.0, 1.0, 0.0, 0.24135,
      ]
    ),
    (
      ColorChange(saturation: 1.7),
      [
        0.0, 0.30143, 0.65476, 0.30498, 0.65832, 1.0, 0.74199, 1.0, 0.0, 0.09321, 0.44654, 0.79987,
        0.45009, 0.80343, 1.0, 1.0, 0.0, 0.2996,
      ]
    ),
    (
      ColorChange(hue: 0.2),
      [
        0.35765, 0.06667, 0.48235, 0.71451, 0.42353, 0.83922, 0.19216, 0.98824, 0.55922, 0.50274,
        0.21176, 0.62745, 0.85961, 0.56863, 0.98431, 0.92549, 0.87686, 0.12941,
      ]
    ),
    (
      ColorChange(hue: -0.35),
      [
        0.31608, 0.48235, 0.06667, 0.67294, 0.83922, 0.42353, 0.98824, 0.19216, 0.86, 0.46118,
        0.62745, 0.21176, 0.81804, 0.98431, 0.56863, 0.12941, 0.41686, 0.92549,
      ]
    ),
    (
      ColorChange(isGray: true),
      [
        0.23605, 0.23605, 0.23605, 0.59288, 0.59288, 0.59288, 0.83526, 0.83526, 0.83526, 0.38114,
        0.38114, 0.38114, 0.73796, 0.73796, 0.73796, 0.39104, 0.39104, 0.39104,
      ]
    ),
    (
      // Saturation, hue, contrast, brightness.
      ColorChange(
        brightness: 0.8, contrast: 1.2, saturation: 1.3, hue: -0.1,
        order: ColorChange.orders.firstIndex(of: [.saturation, .hue, .contrast, .brightness]) ?? 0),
      [
        0.0, 0.43754, 0.38566, 0.26136, 0.78014, 0.72826, 0.8, 0.51417, 0.0, 0.05806, 0.57684,
        0.52496, 0.40066, 0.8, 0.78931, 0.8, 0.0, 0.75849,
      ]
    ),
  ])
  func `changes are those of torchvision`(change: ColorChange, expected: [Float]) {
    // Beside an image that does not change and one that changes otherwise.
    let store = sampleStore(height: 2, width: 3)
    let images = concatenated([store.images, store.images, store.images])
    let result = store.exactlyColored(
      images, [ColorChange(), change, ColorChange(brightness: 0.5, isGray: true)])
    #expect(result.isChannelsLast)
    #expect(difference(Array(values(result, of: store)[18..<36]), expected) < 1e-4)
    #expect(
      difference(Array(values(result, of: store)[..<18]), store.pixels.floats.map { $0 / 255 })
        < 1e-6)
  }

  @Test func `grey images are those of torchvision`() {
    let store = sampleStore(height: 2, width: 3, channels: 1)
    let order = ColorChange.orders.firstIndex(of: [.hue, .contrast, .brightness, .saturation]) ?? 0
    let change = ColorChange(
      brightness: 1.4, contrast: 0.6, saturation: 2, hue: 0.3, order: order, isGray: true)
    let result = values(store.exactlyColored(store.images, [change]), of: store)
    let expected: [Float] = [0.3338, 0.63357, 0.93333, 0.45569, 0.75545, 1.0]
    #expect(difference(result, expected) < 1e-4)
  }
}
