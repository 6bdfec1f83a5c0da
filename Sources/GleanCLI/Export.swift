import CommandLineKit
import Foundation
import Glean

struct Export: Command {
  static let configuration = CommandConfiguration(
    name: "export", abstract: "Write a run's backbone for torchvision, timm or an ONNX runtime.",
    discussion: """
      safetensors and pth hold the weights under torchvision's or timm's names; onnx holds the \
      network too, from normalised images [N, C, H, W] to features [N, D]. The lines of Python that \
      load the file, and the mean and std of its input, go to stderr.
      """,
    examples: [
      ("glean export runs/photos --format pth", "photos.pth, for torch.load."),
      ("glean export runs/photos --format onnx --out model.onnx", "For a program without PyTorch."),
    ])

  @Argument(
    valueName: "run", help: "A run of 'glean pretrain', or its backbone.safetensors.",
    completion: .file)
  var source: String
  @Option(help: "What to write.") var format: ExportFormat
  @Option(
    help: "The file to write; by default named after the run, in this folder.", completion: .file)
  var out: String?
  @Flag(help: "Print the result as JSON.") var json = false
  @Flag(short: "q", help: "Print the path alone.") var quiet = false

  func validate() throws {
    guard let out else { return }
    guard URL(filePath: out).pathExtension == format.rawValue else {
      throw UsageError(
        "--out is '\(out)', but --format \(format.rawValue) writes .\(format.rawValue) files")
    }
    try checkFolder(of: out)
  }

  func run() throws {
    let weights = try weightsFile(source)
    let file = out ?? defaultName(for: weights)
    let url = URL(filePath: file)
    guard url.resolvingSymlinksInPath() != weights.resolvingSymlinksInPath() else {
      throw UsageError("\(file) is the file to be exported; give another --out")
    }
    let network = try Backbone.make(from: weights)
    network.train(false)
    let metadata = try SafeTensors(contentsOf: weights).metadata
    let normalisation = InputNormalisation(metadata: metadata)
    switch format {
    case .safetensors:
      // Some libraries want to read there whose tensors these are.
      try network.save(to: url, metadata: metadata.merging(["format": "pt"]) { $1 })
    case .pth:
      try StateDictFile(network.state).write(to: url)
    case .onnx:
      try network.writeONNX(
        to: url, normalisation: normalisation,
        notes: metadata["glean.method"].map { ["method": $0] } ?? [:], version: gleanVersion)
    }

    let python = network.spec.python(loading: file)
    if json {
      try printJSON(
        ExportResult(
          file: file, format: format.rawValue, backbone: network.spec.id,
          features: network.features, imageSize: network.spec.imageSize,
          normalisation: normalisation, python: python))
      return
    }
    print(file)
    if quiet { return }
    if let python { note("Load it in Python with:\n\n\(python)\n") }
    if let normalisation {
      note("Its input: pixels / 255, minus \(normalisation.mean), over \(normalisation.std).")
    } else {
      note("The weights do not say by which mean and std their input is normalised.")
    }
  }

  /// `photos.pth` for the run `runs/photos`, `weights.pth` for `weights.safetensors`.
  private func defaultName(for weights: URL) -> String {
    let isRun = weights.lastPathComponent == Trainer.weightsName
    let named = isRun ? weights.deletingLastPathComponent() : weights.deletingPathExtension()
    return "\(named.standardizedFileURL.lastPathComponent).\(format.rawValue)"
  }
}

/// What a backbone is written as; the raw value is the file's ending.
enum ExportFormat: String, CaseIterable, ExpressibleByArgument {
  case safetensors, pth, onnx
}

/// What `--json` prints.
private struct ExportResult: Encodable {
  var file: String
  var format: String
  var backbone: String
  var features: Int
  var imageSize: Int
  var normalisation: InputNormalisation?
  var python: String?
}
