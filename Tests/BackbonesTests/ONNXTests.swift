import Foundation
import TestSupport
import Testing
import Torch
import TorchNN

@testable import Backbones

/// The bytes of ONNX files, parsed by their field numbers; what they compute is for `make interop`.
@Suite("ONNX files")
struct ONNXTests {
  private static let normalisation = InputNormalisation(mean: [0.5, 0.25, 0], std: [1, 0.5, 0.25])

  private func model(_ text: String) throws -> (Backbone, Message) {
    let network = try BackboneSpec(text, imageSize: 16).make(random: RandomStream(seed: 1))
    let message = network.onnx(
      normalisation: ONNXTests.normalisation, notes: ["method": "simclr"], version: "0")
    return (network, try Message(message.data))
  }

  @Test("varints, floats and lengths are those of the format")
  func wire() throws {
    var message = ProtobufMessage()
    message.add(1, 300)
    message.add(2, "ü")
    message.add(16, Float(1))
    message.add(3, -1)
    #expect(
      Array(message.data) == [
        0x08, 0xAC, 0x02, 0x12, 2, 0xC3, 0xBC, 0x85, 0x01, 0, 0, 0x80, 0x3F, 0x18, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 1,
      ])
  }

  @Test(
    "a model holds the weights, and every value is made before it is used",
    arguments: [
      "resnet18:width=4", "resnet50:width=2,stem=standard", "vit-micro:patch=8",
      "vit-micro:patch=8,registers=2,layerscale=0.1,pooling=mean", "convnext-atto:width=4",
      "vit-micro:patch=8,pooling=mean",
    ])
  func graph(_ text: String) throws {
    let (network, model) = try model(text)
    #expect(model.int(1) == 8)
    #expect(try model.message(8).int(2) == 17)
    let graph = try model.message(7)

    let tensors = try graph.messages(5)
    let weights = Dictionary(
      uniqueKeysWithValues: tensors.map { ($0.text(8), ($0.ints(1), $0.bytes(9))) })
    for (name, tensor) in network.state where !name.hasSuffix("num_batches_tracked") {
      let written = try #require(weights[name], "\(name)")
      #expect(written.0 == tensor.shape, "\(name)")
      #expect(Array(written.1) == tensor.bytes, "\(name)")
    }

    var known = Set(weights.keys)
    known.insert(try #require(try graph.messages(11).first?.text(1)))
    for node in try graph.messages(1) {
      #expect(node.texts(1).allSatisfy(known.contains), "\(node.text(3))")
      #expect(node.texts(2).allSatisfy { known.insert($0).inserted }, "\(node.text(3))")
    }
    #expect(known.contains("images") && known.contains("features"))
    #expect(try graph.messages(12).map { $0.text(1) } == ["features"])
  }

  @Test("the number of images is open, and so is the size of a ResNet's")
  func sizes() throws {
    func sizes(_ text: String, _ field: Int) throws -> [String] {
      let value = try #require(try model(text).1.message(7).messages(field).first)
      return try value.message(2).message(1).message(2).messages(1).map {
        $0.ints(1).first.map(String.init) ?? $0.text(2)
      }
    }
    #expect(try sizes("resnet18:width=4", 11) == ["N", "3", "H", "W"])
    #expect(try sizes("resnet18:width=4", 12) == ["N", "32"])
    #expect(try sizes("vit-micro:patch=8", 11) == ["N", "3", "16", "16"])
    #expect(try sizes("vit-micro:patch=8", 12) == ["N", "96"])
  }

  @Test("a model says what its input must be")
  func notes() throws {
    let (_, model) = try model("resnet18:width=4")
    let notes = Dictionary(
      uniqueKeysWithValues: try model.messages(14).map { ($0.text(1), $0.text(2)) })
    #expect(
      notes == [
        "backbone": "resnet18-w4-small", "image_size": "16", "mean": "[0.5, 0.25, 0.0]",
        "std": "[1.0, 0.5, 0.25]", "method": "simclr",
      ])
    #expect(model.text(6).contains("already normalised"))
  }
}

/// A parsed message: its fields by number, in order.
private struct Message {
  private var ints: [Int: [Int]] = [:]
  private var data: [Int: [Data]] = [:]

  struct Malformed: Error {}

  init(_ bytes: Data) throws {
    var rest = bytes
    func varint() throws -> UInt64 {
      var (value, shift) = (UInt64(0), UInt64(0))
      while let byte = rest.popFirst() {
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return value }
        shift += 7
      }
      throw Malformed()
    }
    while !rest.isEmpty {
      let key = Int(try varint())
      switch key & 7 {
      case 0: ints[key >> 3, default: []].append(Int(Int64(bitPattern: try varint())))
      case 5: rest = rest.dropFirst(4)
      case 2:
        let length = Int(try varint())
        guard length <= rest.count else { throw Malformed() }
        data[key >> 3, default: []].append(rest.prefix(length))
        rest = rest.dropFirst(length)
      default: throw Malformed()
      }
    }
  }

  func int(_ field: Int) -> Int? { ints[field]?.first }
  func ints(_ field: Int) -> [Int] { ints[field] ?? [] }
  func bytes(_ field: Int) -> Data { data[field]?.first ?? Data() }
  func texts(_ field: Int) -> [String] {
    (data[field] ?? []).map { String(decoding: $0, as: UTF8.self) }
  }
  func text(_ field: Int) -> String { texts(field).first ?? "" }
  func messages(_ field: Int) throws -> [Message] { try (data[field] ?? []).map(Message.init) }
  func message(_ field: Int) throws -> Message { try Message(bytes(field)) }
}
