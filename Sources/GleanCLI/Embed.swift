import CommandLineKit
import Foundation
import Glean

struct Embed: Command {
  static let configuration = CommandConfiguration(
    name: "embed", abstract: "Write the features of every image to a file.",
    discussion: """
      CSV has a line an image (path, split, label, features); .safetensors holds 'features' [N, D], \
      'labels' and 'splits' in the order of the paths in its metadata.
      """,
    examples: [
      ("glean embed photos --weights runs/photos --out features.csv", "For a spreadsheet."),
      ("glean embed photos --weights runs/photos --out features.safetensors", "For NumPy."),
    ])

  @OptionGroup(title: "Images") var source: ImageOptions
  @OptionGroup(title: "Network") var weights: WeightsOptions
  @Option(help: "The file to write: .csv or .safetensors.", completion: .file)
  var out = "features.csv"
  @OptionGroup(title: "Computing") var compute: ComputeOptions

  func validate() throws {
    guard ["csv", "safetensors"].contains(URL(filePath: out).pathExtension) else {
      throw UsageError("--out is '\(out)'; .csv and .safetensors are written")
    }
    try checkFolder(of: out)
  }

  func run() throws {
    let device = try compute.start()
    let images = try source.open(quiet: compute.quiet)
    let (network, size) = try weights.network(for: images, on: device)
    let store = DeviceStore(images, training: images.indices(of: .train), device: device)
    let bar = ProgressBar(
      "Embedding", total: images.count, unit: "images", quiet: compute.quiet)
    let features = store.features(
      of: Array(0..<images.count), imageSize: size,
      precision: (compute.precision ?? .best(on: device)).dtype,
      progress: { bar.update(done: $0) }, network: { network($0) })
    bar.finish(
      "Embedded \(Human.count(images.count, "image")) in "
        + Human.duration(seconds: bar.elapsed))
    let url = URL(filePath: out)
    if url.pathExtension == "csv" {
      try csv(images, features).write(to: url, options: .atomic)
    } else {
      try safetensors(images, features).write(to: url)
    }
    print(out)
  }

  private func csv(_ images: ImageStore, _ features: Tensor) -> Data {
    let width = features.size(1)
    let values = features.floats
    var text = (["path", "split", "label"] + (0..<width).map { "f\($0)" }).joined(separator: ",")
    for index in 0..<images.count {
      let label = images.labels[index].map { images.classes[$0] } ?? ""
      let row = values[(index * width)..<((index + 1) * width)].map { "\($0)" }
      let head = [images.paths[index], images.splits[index].rawValue, label].map(quoted)
      text += "\n" + (head + row).joined(separator: ",")
    }
    return Data((text + "\n").utf8)
  }

  private func quoted(_ field: String) -> String {
    field.contains { ",\"\n".contains($0) }
      ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
  }

  private func safetensors(_ images: ImageStore, _ features: Tensor) throws -> SafeTensors {
    let order = Split.allCases
    let splits = images.splits.map { order.firstIndex(of: $0) ?? 0 }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    func json(_ value: [String]) throws -> String {
      String(decoding: try encoder.encode(value), as: UTF8.self)
    }
    return SafeTensors(
      [
        ("features", features), ("labels", Tensor(images.labels.map { $0 ?? -1 })),
        ("splits", Tensor(splits)),
      ],
      metadata: [
        "paths": try json(images.paths), "classes": try json(images.classes),
        "splits": try json(order.map(\.rawValue)),
      ])
  }
}
