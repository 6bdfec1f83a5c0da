import Backbones
import Foundation
import TestSupport
import Testing
import Torch
import TorchNN

/// Files as other libraries name their tensors: made here from a network's own, by their names.
@Suite("Weights of other libraries")
final class WeightNamesTests {
  private let folder: URL
  private var url: URL { folder.appending(path: "weights.safetensors") }

  init() throws { folder = try Fixtures.temporaryFolder() }

  deinit { try? FileManager.default.removeItem(at: folder) }

  private typealias State = [(name: String, tensor: Tensor)]

  private func network(_ text: String, imageSize: Int = 32) throws -> Backbone {
    try BackboneSpec(text, imageSize: imageSize).make(random: RandomStream(seed: 3))
  }

  private func renamed(_ state: State, _ pairs: [(String, String)]) -> State {
    state.map { name, tensor in
      (pairs.reduce(name) { $0.replacing($1.0, with: $1.1) }, tensor)
    }
  }

  private func prefixed(_ prefix: String, _ state: State) -> State {
    state.map { (prefix + $0.name, $0.tensor) }
  }

  private func scaled(_ state: State) -> State { state.map { ($0.name, $0.tensor * 2) } }

  private func extra(_ names: String...) -> State { names.map { ($0, .zeros([2, 2])) } }

  /// Loads the file without a word about the network, and compares every tensor.
  private func check(_ file: State, gives network: Backbone, leaving aside: Int) throws {
    try SafeTensors(file).write(to: url)
    let made = try Backbone.make(from: url)
    #expect(made.spec == network.spec)
    for (own, expected) in zip(made.state, network.state) {
      #expect(own.name == expected.name && isClose(own.tensor, expected.tensor, tolerance: 1e-6))
    }
    let report = try made.load(from: url)
    #expect(report.leftAside.count == aside && report.stayedRandom.isEmpty, "\(report)")
  }

  @Test("MoCo's query encoder, not its key encoder")
  func moco() throws {
    let network = try network("resnet18:width=4")
    try check(
      prefixed("module.encoder_k.", scaled(network.state))
        + prefixed("module.encoder_q.", network.state)
        + extra("module.encoder_q.fc.0.weight", "module.queue"),
      gives: network, leaving: network.state.count + 2)
  }

  @Test("SwAV's and SimSiam's backbone without heads")
  func swav() throws {
    let network = try network("resnet50:width=4")
    try check(
      prefixed("module.", network.state)
        + extra("module.projection_head.0.weight", "module.prototypes.weight"),
      gives: network, leaving: 2)
    try check(
      prefixed("module.encoder.", network.state)
        + extra("module.encoder.fc.0.weight", "module.predictor.0.weight"),
      gives: network, leaving: 2)
  }

  @Test("lightly's numbered layers and solo-learn's named ones")
  func libraries() throws {
    let network = try network("resnet18:width=4,stem=standard", imageSize: 224)
    let numbered = renamed(
      network.state,
      [
        ("layer1.", "4."), ("layer2.", "5."), ("layer3.", "6."), ("layer4.", "7."),
      ]
    ).map { name, tensor in
      let isStem = name.hasPrefix("conv1.") || name.hasPrefix("bn1.")
      let short = name.replacing("conv1.", with: "0.").replacing("bn1.", with: "1.")
      return (isStem ? short : name, tensor)
    }
    try check(
      prefixed("backbone.", numbered) + extra("projection_head.layers.0.weight"),
      gives: network, leaving: 1)
    // The follower is not taken where it is the larger network either.
    try check(
      prefixed("momentum_backbone.", scaled(network.state) + extra("more.weight"))
        + prefixed("backbone.", network.state)
        + extra("projector.0.weight", "classifier.weight"),
      gives: network, leaving: network.state.count + 3)
  }

  @Test("DINO's and MAE's transformers without heads and decoders")
  func transformers() throws {
    let network = try network("vit-micro:patch=8")
    try check(
      prefixed("backbone.", network.state) + extra("head.mlp.0.weight", "head.last_layer.weight_g"),
      gives: network, leaving: 2)
    try check(
      network.state + extra("mask_token", "decoder_embed.weight", "decoder_blocks.0.norm1.weight"),
      gives: network, leaving: 3)
    try check(
      prefixed("module.momentum_encoder.", scaled(network.state))
        + prefixed("module.base_encoder.", network.state)
        + extra("module.base_encoder.head.0.weight", "module.predictor.0.weight"),
      gives: network, leaving: network.state.count + 2)
  }

  @Test("torchvision's transformers")
  func torchvisionTransformers() throws {
    let network = try network("vit-tiny:patch=8")
    let state = renamed(
      network.state,
      [
        ("cls_token", "class_token"), ("pos_embed", "encoder.pos_embedding"),
        ("patch_embed.proj.", "conv_proj."), ("blocks.", "encoder.layers.encoder_layer_"),
        ("norm1.", "ln_1."), ("norm2.", "ln_2."), ("attn.qkv.", "self_attention.in_proj_"),
        ("attn.proj.", "self_attention.out_proj."), ("mlp.fc1.", "mlp.0."), ("mlp.fc2.", "mlp.3."),
      ]
    ).map {
      ($0.name.hasPrefix("norm.") ? "encoder.ln." + $0.name.dropFirst(5) : $0.name, $0.tensor)
    }
    try check(state + extra("heads.head.weight"), gives: network, leaving: 1)
  }

  @Test("DINOv2's registers, whose class token has a position there")
  func dinoV2() throws {
    let network = try network("dinov2-small", imageSize: 28)
    let place = RandomStream(seed: 4).normal([1, 1, 384])
    let state: State = network.state.map { name, tensor in
      switch name {
      case "reg_token": ("register_tokens", tensor)
      case "cls_token": (name, tensor - place)
      case "pos_embed": (name, concatenated([place, tensor], along: 1))
      default: (name, tensor)
      }
    }
    try check(state + extra("mask_token"), gives: network, leaving: 1)
  }

  @Test("ConvNeXts of torchvision and of their authors")
  func convNeXts() throws {
    let network = try network("convnext-tiny:stem=standard", imageSize: 224)
    let authors = network.state.map { name, tensor -> (name: String, tensor: Tensor) in
      var parts = name.split(separator: ".").map(String.init)
      if parts[0] == "stem" { parts.replaceSubrange(0..<1, with: ["downsample_layers", "0"]) }
      if parts.count > 2, parts[2] == "downsample" {
        parts = ["downsample_layers", parts[1]] + parts[3...]
      }
      if parts.count > 2, parts[2] == "blocks" { parts.remove(at: 2) }
      let text = parts.joined(separator: ".").replacing("conv_dw", with: "dwconv")
        .replacing("mlp.fc1", with: "pwconv1").replacing("mlp.fc2", with: "pwconv2")
        .replacing("head.norm", with: "norm")
      return (text, tensor)
    }
    try check(authors + extra("head.weight"), gives: network, leaving: 1)

    let torchvision = network.state.map { name, tensor -> (name: String, tensor: Tensor) in
      let parts = name.split(separator: ".").map(String.init)
      if parts[0] == "stem" { return ("features.0." + parts[1...].joined(separator: "."), tensor) }
      if parts[0] == "head" { return ("classifier.0." + parts[2], tensor) }
      let stage = Int(parts[1]) ?? 0
      if parts[2] == "downsample" {
        return ("features.\(2 * stage)." + parts[3...].joined(separator: "."), tensor)
      }
      let rest = parts[4...].joined(separator: ".")
        .replacing("conv_dw", with: "block.0").replacing("norm", with: "block.2")
        .replacing("mlp.fc1", with: "block.3").replacing("mlp.fc2", with: "block.5")
        .replacing("gamma", with: "layer_scale")
      let shaped = rest == "layer_scale" ? tensor.reshaped(-1, 1, 1) : tensor
      return ("features.\(2 * stage + 1).\(parts[3])." + rest, shaped)
    }
    try check(torchvision + extra("classifier.2.weight"), gives: network, leaving: 1)
  }

  @Test("what is no network of Glean's is named")
  func unknown() throws {
    try SafeTensors(extra("encoder.weight", "decoder.weight")).write(to: url)
    let none = #expect(throws: BackboneError.self) { try Backbone.make(from: self.url) }
    #expect(none?.description.contains("tensors such as decoder.weight, encoder.weight") == true)
    let network = try network("resnet18:width=4")
    try SafeTensors(network.state.filter { !$0.name.hasPrefix("layer3.1") }).write(to: url)
    let odd = #expect(throws: BackboneError.self) { try Backbone.make(from: self.url) }
    #expect(
      odd?.description.contains("2, 2, 1, 2 basic blocks") == true, "\(String(describing: odd))")
  }

  @Test("less than everything is loaded only when asked for, and what stayed random is said")
  func partial() throws {
    let source = try network("resnet18:width=4,stem=standard", imageSize: 224)
    try SafeTensors(source.state + extra("neck.weight")).write(to: url)
    let target = try network("resnet18:width=4")
    let before = target.state.map(\.tensor.bytes)
    let error = #expect(throws: BackboneError.self) { try target.load(from: self.url) }
    #expect(
      error?.description.contains("conv1.weight is [4, 3, 7, 7], expected [4, 3, 3, 3]") == true)
    #expect(error?.description.contains("--partial") == true)
    #expect(target.state.map(\.tensor.bytes) == before)

    let report = try target.load(from: url, partial: true)
    #expect(report.stayedRandom == ["conv1.weight is [4, 3, 7, 7], expected [4, 3, 3, 3]"])
    #expect(report.leftAside == ["neck.weight"])
    for (own, given) in zip(target.state, source.state) where own.name != "conv1.weight" {
      #expect(own.tensor.bytes == given.tensor.bytes)
    }
    let other = try network("vit-micro:patch=8")
    #expect(throws: BackboneError.self) { try other.load(from: self.url, partial: true) }
  }
}
