import Testing
import Torch

@testable import Backbones

/// The Python shown for a network; that it runs is for `make interop`.
@Suite("Python that loads a backbone")
struct PythonTests {
  private func python(_ text: String, size: Int = 32, _ file: String = "a.pth") throws -> String {
    try #require(try BackboneSpec(text, imageSize: size).python(loading: file))
  }

  @Test("a standard ResNet is torchvision's, as it is")
  func standard() throws {
    #expect(
      try python("resnet50:stem=standard") == """
        import torch
        import torchvision
        network = torchvision.models.resnet50()
        network.fc = torch.nn.Identity()
        network.load_state_dict(torch.load("a.pth", weights_only=True), strict=True)
        network.eval()
        """)
  }

  @Test("what torchvision has no option for is replaced")
  func replaced() throws {
    let small = try python("resnet18:stem=small,channels=1")
    #expect(small.contains("network.conv1 = torch.nn.Conv2d(1, 64, 3, 1, 1, bias=False)"))
    #expect(small.contains("network.maxpool = torch.nn.Identity()"))
    #expect(!small.contains("_make_layer"))
    let narrow = try python("resnet50:width=16,stem=standard")
    #expect(narrow.contains("network.conv1 = torch.nn.Conv2d(3, 16, 7, 2, 3, bias=False)"))
    #expect(narrow.contains("_make_layer(Bottleneck, 16 << stage, count"))
    #expect(narrow.contains("enumerate([3, 4, 6, 3])") && !narrow.contains("maxpool"))
  }

  @Test("a ViT is timm's, with size, patch and pooling")
  func transformers() throws {
    let tiny = try python("vit-tiny:patch=4")
    #expect(
      tiny.contains(
        #"timm.create_model("vit_tiny_patch16_224", img_size=32, patch_size=4, num_classes=0)"#))
    let micro = try python("vit-micro:patch=8,pooling=mean")
    #expect(micro.contains("embed_dim=96, depth=6, num_heads=3"))
    #expect(micro.contains(#"global_pool="avg", fc_norm=False"#))
    let registers = try python("vit-tiny:patch=4,registers=2,layerscale=0.1")
    #expect(registers.contains("reg_tokens=2, no_embed_class=True, init_values=0.1"))
    #expect(
      try python("dinov2-small", size: 28).contains(
        #"timm.create_model("vit_small_patch14_reg4_dinov2", img_size=28, num_classes=0)"#))
  }

  @Test("a ConvNeXt is timm's, with stem and width")
  func convNeXts() throws {
    let tiny = try python("convnext-tiny:stem=standard", size: 224)
    #expect(tiny.contains(#"timm.create_model("convnext_tiny", num_classes=0)"#))
    let atto = try python("convnext-atto:width=8,stem=standard")
    #expect(
      atto.contains(#"timm.create_model("convnext_atto", num_classes=0, dims=(8, 16, 32, 64))"#))
    #expect(
      try BackboneSpec("convnext-atto:stem=small", imageSize: 32).python(loading: "a.pth") == nil)
  }

  @Test("the file's ending decides how it is read, and its name is quoted")
  func files() throws {
    #expect(
      try python("resnet18", #"a"b.safetensors"#).contains(#"load_file("a\"b.safetensors")"#))
    #expect(try python("resnet18", "a.onnx").contains(#"InferenceSession("a.onnx")"#))
  }

  @Test("the features counted are those that the network gives")
  func features() throws {
    for text in [
      "resnet18:width=4", "resnet50:width=2", "vit-micro:patch=8", "convnext-atto:width=4",
    ] {
      let spec = try BackboneSpec(text, imageSize: 16)
      #expect(spec.featureCount == spec.make(random: RandomStream(seed: 1)).features, "\(text)")
    }
  }
}
