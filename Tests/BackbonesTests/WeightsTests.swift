import Backbones
import Foundation
import TestSupport
import Testing
import Torch
import TorchNN

@Suite("Weights files")
final class WeightsTests {
  private let folder: URL
  private var url: URL { folder.appending(path: "weights.safetensors") }

  init() throws { folder = try Fixtures.temporaryFolder() }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private func make(_ text: String, seed: UInt64 = 1) throws -> Backbone {
    try BackboneSpec(text, imageSize: 16).make(random: RandomStream(seed: seed))
  }

  @Test("a file says which network it holds, and gives it back", arguments: BackboneTests.texts)
  func roundTrip(_ text: String) throws {
    let network = try make(text)
    network.train()
    _ = network(RandomStream(seed: 2).normal([4, 3, 16, 16]))
    try network.save(to: url, metadata: ["method": "simclr"])
    #expect(try SafeTensors(contentsOf: url).metadata["method"] == "simclr")

    let made = try Backbone.make(from: url)
    #expect(made.spec == network.spec)
    let other = try make(text, seed: 9)
    try other.load(from: url)
    for copy in [made, other] {
      #expect(zip(copy.state, network.state).allSatisfy { $0.tensor.bytes == $1.tensor.bytes })
    }
  }

  @Test("weights of another network are refused by name and shape, and change nothing")
  func misfit() throws {
    try make("resnet18:width=8").save(to: url)
    let network = try make("resnet18:width=4", seed: 2)
    let before = network.state.map(\.tensor.bytes)
    let error = #expect(throws: BackboneError.self) { try network.load(from: url) }
    let message = error?.description ?? ""
    for part in [
      url.path, "resnet18-w4-small", "holds resnet18-w8-small",
      "conv1.weight is [8, 3, 3, 3], expected [4, 3, 3, 3]",
    ] { #expect(message.contains(part), "\(part)") }
    #expect(network.state.map(\.tensor.bytes) == before)

    try make("vit-tiny:patch=8").save(to: url)
    let missing = #expect(throws: BackboneError.self) { try network.load(from: url) }
    #expect(missing?.description.contains("conv1.weight is missing") == true)
  }

  @Test("a classifier in the file is left aside, anything else unknown is refused")
  func classifier() throws {
    let network = try make("resnet18:width=4")
    let head = [("fc.weight", Tensor.zeros([10, 32])), ("fc.bias", Tensor.zeros([10]))]
    try SafeTensors(network.state + head).write(to: url)
    try make("resnet18:width=4", seed: 2).load(from: url)
    try SafeTensors(network.state + [("neck.weight", .zeros([1]))]).write(to: url)
    let error = #expect(throws: BackboneError.self) { try network.load(from: url) }
    #expect(error?.description.contains("neck.weight is not known here") == true)
  }

  @Test("a file with a spec that lies makes no network")
  func specs() throws {
    let network = try make("resnet18:width=4")
    for spec in [
      "", "{", #"{"architecture": "alexnet", "imageSize": 32}"#,
      #"{"architecture": "resnet18", "imageSize": 32, "width": -4}"#,
      #"{"architecture": "resnet18", "imageSize": 32, "width": 16}"#,
    ] {
      try SafeTensors(network.state, metadata: ["glean.backbone": spec]).write(to: url)
      #expect(throws: BackboneError.self) { try Backbone.make(from: url) }
    }
    #expect(throws: BackboneError.self) {
      try Backbone.make(from: self.folder.appending(path: "absent"))
    }
  }
}
