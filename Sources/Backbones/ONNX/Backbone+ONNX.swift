public import Foundation
import Torch
import TorchNN

extension Backbone {
  /// Writes the network in use as an ONNX model (operator set 17): from `images`, `float`
  /// `[N, C, H, W]`, already normalised, to `features` `[N, D]`. N is open; so are H and W for a
  /// ConvNet, while a ViT takes the size it is made for.
  /// - Parameters:
  ///   - normalisation: what the images must have gone through; the model's text and
  ///     `metadata_props` name it.
  ///   - notes: more pairs for `metadata_props`.
  ///   - version: of the program that writes.
  /// - Throws: ``BackboneError/weights(_:)`` for a network beyond the 2 GB of a protobuf file, and
  ///   where the file cannot be written.
  public func writeONNX(
    to url: URL, normalisation: InputNormalisation?, notes: [String: String] = [:],
    version: String = ""
  ) throws(BackboneError) {
    let size = state.reduce(0) { $0 + $1.tensor.count * $1.tensor.dtype.byteCount }
    guard size < 2_000_000_000 else {
      throw .weights(
        "\(url.path): \(size) bytes of weights are too many for an ONNX file, which takes 2 GB; "
          + "write .safetensors")
    }
    let model = onnx(normalisation: normalisation, notes: notes, version: version)
    do {
      try writeAtomically(to: url) { try $0.write(contentsOf: model.data) }
    } catch {
      throw .weights(error.description)
    }
  }

  /// The model's message.
  func onnx(
    normalisation: InputNormalisation?, notes: [String: String], version: String
  ) -> ProtobufMessage {
    var graph = ONNXGraph(self)
    let result: String
    switch self {
    case let network as ResNet: result = graph.add(network, "images")
    case let network as VisionTransformer: result = graph.add(network, "images")
    case let network as ConvNeXt: result = graph.add(network, "images")
    default: preconditionFailure("ONNXGraph: no rule for \(type(of: self))")
    }
    _ = graph.add("Identity", [result], output: "features")
    let isFixed = spec.architecture.isViT
    graph.input(
      "images",
      [
        .open("N"), .fixed(spec.inputChannels),
        isFixed ? .fixed(spec.imageSize) : .open("H"),
        isFixed ? .fixed(spec.imageSize) : .open("W"),
      ])
    graph.output("features", [.open("N"), .fixed(features)])

    var notes = notes
    notes["backbone"] = spec.id
    notes["image_size"] = "\(spec.imageSize)"
    var input = "they are normalised as in training, which this file does not know"
    if let normalisation {
      notes["mean"] = "\(normalisation.mean)"
      notes["std"] = "\(normalisation.std)"
      input = "(pixel / 255 - mean) / std, mean \(normalisation.mean), std \(normalisation.std)"
    }
    let side = spec.imageSize
    return graph.model(
      version: version,
      description: "\(spec.id): features [N, \(features)] of images [N, \(spec.inputChannels), "
        + "\(side), \(side)] that are already normalised: \(input).",
      notes: notes.sorted { $0.key < $1.key })
  }
}
