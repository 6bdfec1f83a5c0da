import Foundation
import TestSupport
import Testing
import Torch
import TorchNN

@testable import Backbones

/// Weights that are changed to fit while they are loaded.
@Suite("Weights for other images")
final class FittedWeightsTests {
  private let folder: URL
  private var url: URL { folder.appending(path: "weights.safetensors") }

  init() throws { folder = try Fixtures.temporaryFolder() }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func make(_ text: String, imageSize: Int = 16, seed: UInt64 = 1) throws -> Backbone {
    let network = try BackboneSpec(text, imageSize: imageSize).make(
      random: RandomStream(seed: seed))
    network.train(false)
    return network
  }

  /// A class position and a grid of 3 × 3 positions of two numbers, sin(0.7 i), as timm 1.0.31's
  /// `resample_abs_pos_embed` (PyTorch 2.13) resamples them.
  @Test(
    "positions are resampled as timm does, and those of the prefix kept",
    arguments: [
      (
        2, 2,
        [
          0, 0.644218, 0.475583, 0.484788, 0.031288, -0.304875, -0.509879, -0.41497, 0.121094,
          0.41267,
        ]
      ),
      (
        2, 4,
        [
          0, 0.644218, 0.403659, 0.624997, 0.526894, 0.390012, 0.241469, -0.117284, -0.27368,
          -0.578861, -0.530815, -0.631173, -0.497354, -0.26759, -0.092003, 0.264104, 0.431117,
          0.630583,
        ]
      ),
      (
        5, 5,
        [
          0, 0.644218, 1.1676, 1.031158, 0.886769, 0.471593, 0.310686, -0.451836, -0.577162,
          -0.92186, -1.100913, -1.128143, 0.397883, 0.637856, 0.480357, 0.493468, 0.521189,
          0.190773,
          0.039022, -0.303357, -0.286012, -0.596907, -0.728493, -0.056496, -0.188265, 0.387471,
          0.656987, 0.988168, 0.84297, 0.597265, 0.869513, 0.268603, -0.542374, -0.649061,
          -0.517698,
          -0.416616, -0.390882, 0.005221, 0.128174, 0.421819, 0.458472, 0.650182, -0.289426,
          -0.963054, -0.659822, -0.938677, -1.102662, -0.739368, -0.439011, 0.201877, 0.052744,
          0.804352,
        ]
      ),
    ] as [(Int, Int, [Float])])
  func resampling(_ rows: Int, _ columns: Int, _ expected: [Float]) {
    let positions = (Tensor.range(to: 20, dtype: .float32) * 0.7).sin().reshaped(1, 10, 2)
    let resampled = VisionTransformer.resampledPositions(
      positions, prefix: 1, rows: rows, columns: columns)
    #expect(resampled.shape == [1, 1 + rows * columns, 2])
    #expect(isClose(resampled.flattened(), Tensor(expected), tolerance: 1e-5))
  }

  /// The first 16 outputs of timm 1.0.31's `vit_small_patch14_reg4_dinov2`, weights by the fixtures'
  /// formula at 70 pixels, their positions resampled by timm for 42.
  @Test("weights of DINOv2 with registers are used at another image size as timm uses them")
  func dinov2() throws {
    try formulaNetwork("dinov2-small", imageSize: 70).save(to: url)
    let network = try make("dinov2-small", imageSize: 42)
    try network.load(from: url)
    let outputs: [Float] = [
      -1.153280, -0.660912, 1.308327, -0.417607, -0.874860, 1.826025, 0.990549, -0.284817,
      0.418576, -0.328687, -0.218251, 1.236802, -0.369853, -0.575879, 2.299458, 1.209809,
    ]
    let features = withoutGradient { network(formulaImages([1, 3, 42, 42])) }
    #expect(isClose(features.flattened()[0..<16], Tensor(outputs), tolerance: 1e-3))
  }

  @Test(
    "positions that are no square grid of this width are refused by their shapes",
    arguments: [[1, 12, 96], [2, 10, 96], [1, 10, 95], [1, 0, 96], [10, 96]])
  func noGrid(_ shape: [Int]) throws {
    let network = try make("vit-micro:patch=4")
    let state = network.state.map { entry in
      (entry.name, entry.name == "pos_embed" ? Tensor.zeros(shape) : entry.tensor)
    }
    try SafeTensors(state).write(to: url)
    let error = #expect(throws: BackboneError.self) { try network.load(from: self.url) }
    #expect(
      error?.description.contains("pos_embed is \(shape), expected [1, 17, 96]") == true)
  }

  @Test("kernels for three colours are summed for one, and repeated and scaled for others, as timm")
  func kernels() {
    let kernel = Tensor([1, 2, 3, 4, 5, 6] as [Float], shape: [2, 3, 1, 1])
    func adapted(_ channels: Int) -> [Float] { adaptedKernel(kernel, channels: channels).floats }
    #expect(adapted(1) == [6, 15])
    #expect(adapted(2) == [1.5, 3, 6, 7.5])
    #expect(adapted(3) == [1, 2, 3, 4, 5, 6])
    #expect(adapted(4) == [0.75, 1.5, 2.25, 0.75, 3, 3.75, 4.5, 3])
    #expect(adaptedKernel(kernel, channels: 6).shape == [2, 6, 1, 1])
  }

  @Test(
    "a grey image means what it meant as a colour image, in networks of one and of six channels",
    arguments: ["resnet18:width=4", "vit-micro:patch=4", "convnext-atto:width=4"])
  func grey(_ text: String) throws {
    let original = try make(text)
    try original.save(to: url)
    let grey = RandomStream(seed: 2).normal([2, 1, 16, 16])
    for channels in [1, 6] {
      let network = try make("\(text),channels=\(channels)", seed: 2)
      try network.load(from: url)
      withoutGradient {
        #expect(
          isClose(
            network(grey.expanded(-1, channels, -1, -1)), original(grey.expanded(-1, 3, -1, -1)),
            tolerance: 1e-4), "\(channels)")
      }
    }
  }

  @Test("weights for other than three channels are not adapted")
  func otherChannels() throws {
    try make("resnet18:width=4,channels=2").save(to: url)
    let error = #expect(throws: BackboneError.self) {
      try self.make("resnet18:width=4").load(from: self.url)
    }
    #expect(
      error?.description.contains("conv1.weight is [4, 2, 3, 3], expected [4, 3, 3, 3]") == true)
  }

  @Test("timm's classifier is left aside, but not the norm that it keeps beside it")
  func classifier() throws {
    let network = try make("convnext-atto:width=4")
    let head = [("head.fc.weight", Tensor.zeros([10, 32])), ("head.fc.bias", Tensor.zeros([10]))]
    try SafeTensors(network.state + head).write(to: url)
    try make("convnext-atto:width=4", seed: 2).load(from: url)
    try SafeTensors(network.state.filter { $0.name != "head.norm.bias" }).write(to: url)
    let error = #expect(throws: BackboneError.self) { try network.load(from: self.url) }
    #expect(error?.description.contains("head.norm.bias is missing") == true)
  }
}
