import CommandLineKit
import Foundation
import Glean

struct Demo: Command {
  static let configuration = CommandConfiguration(
    name: "demo", abstract: "Draw a small set of images and compare methods on it, in minutes.",
    discussion: """
      Eight classes of textured shapes under varying pose, light, background and noise; the factors \
      of every image are in factors.csv. SimCLR, random weights and supervised training, two sizes \
      × three seeds, judged with 50 labels.
      """,
    examples: [("glean demo", "Draws into demo/images, compares, writes demo/study/report.html.")])

  @Option(help: "Folder for images and study.", completion: .folder) var out = "demo"
  @Flag(short: "q", help: "Show no progress.") var quiet = false

  func run() throws {
    let folder = URL(filePath: out)
    let images = folder.appending(path: "images")
    if !FileManager.default.fileExists(atPath: images.appending(path: "factors.csv").path) {
      if !quiet { note("Drawing images into \(images.relativePath)") }
      try ShapesDataset.write(to: images.path)
    }
    let compare = try Compare.parse(
      [
        images.path, "--methods", "random,supervised,simclr", "--sizes", "500,2000", "--seeds", "3",
        "--labels", "50", "--steps", "200", "--batch", "128", "--backbone", "resnet18:width=8",
        "--image-size", "32", "--out", folder.appending(path: "study").path,
      ] + (quiet ? ["--quiet"] : []))
    try compare.run()
  }
}
