import Backbones
import Foundation
import Testing
import Torch
import TorchNN

@Suite("Specs of backbones")
struct BackboneSpecTests {
  @Test(
    "what a user types becomes a network with a name",
    arguments: [
      ("resnet18", 32, "resnet18-w64-small"), ("resnet18", 64, "resnet18-w64-small"),
      ("resnet18", 65, "resnet18-w64-standard"),
      ("resnet18:width=16,stem=small", 224, "resnet18-w16-small"),
      ("resnet34:stem=automatic", 224, "resnet34-w64-standard"),
      (" resnet50 : width = 8 ", 32, "resnet50-w8-small"), ("resnet18:", 32, "resnet18-w64-small"),
      ("resnet18:channels=1", 32, "resnet18-w64-small-c1"),
      ("vit-tiny", 32, "vit-tiny-p4-32"), ("vit-tiny", 48, "vit-tiny-p4-48"),
      ("vit-small", 64, "vit-small-p8-64"), ("vit-base", 224, "vit-base-p16-224"),
      ("vit-tiny:patch=8,pooling=mean", 32, "vit-tiny-p8-32-mean"),
      ("vit-tiny:size=96,patch=12", 32, "vit-tiny-p12-96"),
      (
        "vit-small:patch=14,registers=4,layerscale=1e-5,droppath=0.1", 224,
        "vit-small-p14-224-r4-ls1e-05-dp0.1"
      ),
      ("vit-tiny:registers=0,droppath=0", 32, "vit-tiny-p4-32"),
      ("dinov2-small", 70, "dinov2-small-p14-70"),
      ("dinov2-small:registers=4,patch=14", 224, "dinov2-small-p14-224"),
      ("convnext-tiny", 224, "convnext-tiny-w96-standard"),
      ("convnext-atto:droppath=0.2", 32, "convnext-atto-w40-small-dp0.2"),
      ("convnext-femto:width=8", 32, "convnext-femto-w8-small"),
    ])
  func parsing(_ text: String, _ imageSize: Int, _ id: String) throws {
    let spec = try BackboneSpec(text, imageSize: imageSize)
    #expect(spec.id == id)
    let json = try JSONEncoder().encode(spec)
    #expect(try JSONDecoder().decode(BackboneSpec.self, from: json) == spec)
  }

  @Test(
    "a mistake is named with what is allowed and what may be meant",
    arguments: [
      ("resnet81", "name", "resnet81", "resnet18"), ("", "name", "", nil),
      ("vit-tny", "name", "vit-tny", "vit-tiny"), ("alexnet", "name", "alexnet", nil),
      ("ResNet18", "name", "ResNet18", "resnet18"),
      ("resnet18:widht=16", "field", "widht", "width"),
      ("resnet18:stem=smal", "stem", "smal", "small"),
      ("resnet18:width=wide", "width", "wide", nil), ("resnet18:width=0", "width", "0", nil),
      ("resnet18:width=1000000", "width", "1000000", nil),
      ("resnet18:width", "fields", "width", nil),
      ("resnet18:width=8,width=9", "width", "width=9", nil),
      ("resnet18:patch=4", "patch", "4", nil), ("resnet18:pooling=mean", "pooling", "mean", nil),
      ("vit-tiny:patch=5", "patch", "5", nil), ("vit-tiny:patch=0", "patch", "0", nil),
      ("vit-tiny:patch=32", "patch", "32", nil), ("vit-tiny:stem=small", "stem", "small", nil),
      ("vit-tiny:width=64", "width", "64", nil), ("vit-tiny:size=31", "patch", "none", nil),
      ("resnet18:size=4", "size", "4", nil), ("resnet18:channels=0", "channels", "0", nil),
      ("resnet18:registers=4", "registers", "4", nil),
      ("resnet18:droppath=0.1", "droppath", "0.1", nil),
      ("convnext-atto:patch=4", "patch", "4", nil),
      ("convnext-atto:layerscale=0.1", "layerscale", "0.1", nil),
      ("convnext", "name", "convnext", nil),
      ("convnext-ato", "name", "convnext-ato", "convnext-atto"),
      ("vit-tiny:registers=-1", "registers", "-1", nil),
      ("vit-tiny:registers=few", "registers", "few", nil),
      ("vit-tiny:registers=65", "registers", "65", nil),
      ("vit-tiny:layerscale=0", "layerscale", "0.0", nil),
      ("vit-tiny:layerscale=nan", "layerscale", "nan", nil),
      ("vit-tiny:droppath=1", "droppath", "1.0", nil),
      ("vit-tiny:droppath=-0.1", "droppath", "-0.1", nil),
      ("vit-tiny:dropath=0.1", "field", "dropath", "droppath"),
      ("dinov2-small", "patch", "14", nil), ("dinov2-small:patch=16", "patch", "16", nil),
      ("dinov2-small:registers=0", "registers", "0", nil),
      ("dinov2-small:layerscale=0.1", "layerscale", "0.1", nil),
    ] as [(String, String, String, String?)])
  func mistakes(_ text: String, _ field: String, _ found: String, _ meant: String?) throws {
    let error = #expect(throws: BackboneError.self) { try BackboneSpec(text, imageSize: 32) }
    guard case .field(let name, found: let word, allowed: let allowed, suggestion: let near) = error
    else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(name == field && word == found && near == meant && !allowed.isEmpty)
  }

  @Test("JSON is checked like text, and may leave out what follows from the rest")
  func json() throws {
    func read(_ text: String) throws -> BackboneSpec {
      try JSONDecoder().decode(BackboneSpec.self, from: Data(text.utf8))
    }
    #expect(try read(#"{"architecture": "vit-tiny", "imageSize": 32}"#).id == "vit-tiny-p4-32")
    // What is not there is not written: runs made before the field existed keep their JSON.
    let plain = try JSONEncoder().encode(
      BackboneSpec("vit-tiny:registers=0,droppath=0", imageSize: 32))
    for key in ["registers", "layerScale", "dropPath"] {
      #expect(!String(decoding: plain, as: UTF8.self).contains(key))
    }
    #expect(throws: (any Error).self) {
      try read(#"{"architecture": "vit-tiny", "imageSize": 32, "dropPath": 2}"#)
    }
    #expect(throws: (any Error).self) {
      try read(#"{"architecture": "resnet18", "imageSize": 32, "width": -1}"#)
    }
    #expect(throws: (any Error).self) {
      try read(#"{"architecture": "vit-tiny", "imageSize": 32, "patch": 0}"#)
    }
  }

  @Test(
    "the parameter count is the network's",
    arguments: [
      "resnet18:width=8", "resnet34:width=4,channels=1", "resnet50:width=4,stem=standard",
      "vit-tiny:patch=8", "vit-micro:registers=3", "vit-micro:registers=1,layerscale=0.1",
      "convnext-atto", "convnext-femto:stem=standard,channels=2", "convnext-tiny:width=8",
      "dinov2-small:size=28",
    ])
  func parameterCount(_ text: String) throws {
    let spec = try BackboneSpec(text, imageSize: 32)
    let network = spec.make(random: RandomStream(seed: 1))
    #expect(spec.parameterCount == network.parameters.reduce(0) { $0 + $1.parameter.value.count })
  }
}
