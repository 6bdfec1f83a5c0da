import Foundation
import TestSupport
import Testing
import Torch
import TorchNN

import Backbones

/// A network of torchvision or timm whose weights and input are filled by a formula, and what came
/// out of it.
struct Reference: Decodable, Sendable {
  var name: String
  var input: [Int]
  var outputShape: [Int]
  var output: [Double]
  var outputStd: Double
  var stateDict: [Entry]

  struct Entry: Decodable, Sendable {
    var name: String
    var shape: [Int]

    init(from decoder: any Decoder) throws {
      var fields = try decoder.unkeyedContainer()
      name = try fields.decode(String.self)
      shape = try fields.decode([Int].self)
    }
  }

  struct File: Decodable {
    var phase: Double
    var backbones: [Reference]
  }

  static func all() throws -> File? {
    guard let url = Fixtures.folder?.appending(path: "backbones/backbones.json") else { return nil }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(File.self, from: Data(contentsOf: url))
  }

  func weight(_ k: Int, phase: Double) -> Tensor {
    formulaWeight(stateDict[k].name, stateDict[k].shape, at: k, phase: phase)
  }

  func images(phase: Double) -> Tensor { formulaImages(input, phase: phase) }
}

/// Entry `k` of a state dictionary by the fixtures' formula: scale · sin(0.7 i + 1.3 k + phase), and
/// what stands beside it in the fixtures' notes.
func formulaWeight(_ name: String, _ shape: [Int], at k: Int, phase: Double = 0) -> Tensor {
  let count = shape.reduce(1, *)
  if name.hasSuffix("num_batches_tracked") { return .zeros(shape, dtype: .int64) }
  if name.hasSuffix("running_var") { return .ones(shape) }
  let isMatrix = shape.count > 1
  let scale = isMatrix ? 1 / Double(count / shape[0]).squareRoot() : 0.1
  let shift = !isMatrix && name.hasSuffix("weight") ? 1.0 : 0
  let angles = Tensor.range(to: Double(count), dtype: .float64) * 0.7 + (1.3 * Double(k) + phase)
  return (angles.sin() * scale + shift).to(.float32).reshaped(shape)
}

/// Images by the fixtures' formula.
func formulaImages(_ shape: [Int], phase: Double = 0) -> Tensor {
  let angles = Tensor.range(to: Double(shape.reduce(1, *)), dtype: .float64) * 0.01 + phase
  return angles.sin().to(.float32).reshaped(shape)
}

/// A network in use, its weights filled by the fixtures' formula.
func formulaNetwork(_ text: String, imageSize: Int) throws -> Backbone {
  let network = try BackboneSpec(text, imageSize: imageSize).make(random: RandomStream(seed: 1))
  let weights = network.state.enumerated().map { k, entry in
    (entry.name, formulaWeight(entry.name, entry.tensor.shape, at: k))
  }
  try network.load(Dictionary(uniqueKeysWithValues: weights))
  network.train(false)
  return network
}

/// What Glean calls each network of the fixtures.
private let specs = [
  "resnet18": "resnet18:stem=standard", "resnet18_cifar_stem": "resnet18:stem=small",
  "resnet34": "resnet34:stem=standard", "resnet50": "resnet50:stem=standard",
  "vit_tiny_patch16_224": "vit-tiny:patch=16", "vit_tiny_patch4_32": "vit-tiny:patch=4",
  "vit_small_patch16_224": "vit-small:patch=16", "vit_base_patch16_224": "vit-base:patch=16",
  "vit_small_patch14_reg4_dinov2": "dinov2-small", "convnext_tiny": "convnext-tiny:stem=standard",
]

@Suite("Networks against torchvision and timm", .serialized, .enabled(if: Fixtures.folder != nil))
struct ReferenceTests {
  @Test("names, shapes and order are those of the original", arguments: specs.keys.sorted())
  func names(_ name: String) throws {
    let (reference, _, network) = try make(name)
    let state = network.state
    #expect(state.map(\.name) == reference.stateDict.map(\.name))
    #expect(state.map(\.tensor.shape) == reference.stateDict.map(\.shape))
    #expect(network.features == reference.outputShape[1])
    let count = network.parameters.reduce(0) { $0 + $1.parameter.value.count }
    #expect(network.spec.parameterCount == count)
  }

  @Test("outputs are those of the original", arguments: specs.keys.sorted())
  func outputs(_ name: String) throws {
    let (reference, phase, network) = try make(name)
    let weights = reference.stateDict.indices.map {
      (reference.stateDict[$0].name, reference.weight($0, phase: phase))
    }
    try network.load(Dictionary(uniqueKeysWithValues: weights))
    network.train(false)
    let images = reference.images(phase: phase)
    let expected = Tensor(reference.output)
    let tolerance = 1e-3 * reference.outputStd
    withoutGradient {
      let output = network(images)
      #expect(output.shape == reference.outputShape)
      #expect(distance(output, expected) <= tolerance)
      network.useChannelsLast()
      #expect(distance(network(images.channelsLast()), expected) <= tolerance)
    }
  }

  private func make(_ name: String) throws -> (Reference, phase: Double, Backbone) {
    let file = try #require(try Reference.all())
    let reference = try #require(file.backbones.first { $0.name == name })
    let spec = try BackboneSpec(try #require(specs[name]), imageSize: reference.input[3])
    return (reference, file.phase, spec.make(random: RandomStream(seed: 1)))
  }

  private func distance(_ output: Tensor, _ expected: Tensor) -> Double {
    let head = output.flattened().sliced(0..<expected.count).to(.float64)
    return (head - expected).abs().max().scalar
  }
}
