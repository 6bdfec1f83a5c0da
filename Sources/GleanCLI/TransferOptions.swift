import CommandLineKit
import Foundation
import Glean

/// Which sets of images a comparison pretrains on and is judged on.
struct TransferOptions: ParsableArguments {
  @Option(
    help: "A set of images to pretrain on, labelled or not, for other sets; with --downstream.",
    completion: .folder)
  var pretrain: String?
  @Option(
    help:
      "A labelled set to judge on, which the methods are pretrained on too; may be given again.",
    completion: .folder)
  var downstream: [String] = []
  @Option(name: "pretrain-sizes", help: "Numbers of images of --pretrain; by default all.")
  var sizes: [Int] = []
  @OptionGroup var storing: StoringOptions

  func validate() throws {
    if pretrain != nil && downstream.isEmpty {
      throw UsageError(
        "--pretrain needs --downstream, the labelled set to judge on; to pretrain and judge on the "
          + "same images, give their folder alone")
    }
    if pretrain == nil && !(downstream.isEmpty && sizes.isEmpty) {
      throw UsageError("--downstream and --pretrain-sizes need --pretrain, the set to learn from")
    }
  }
}

/// A set of images that a comparison is judged on, or pretrains on for others.
struct ComparedSet {
  let name: String
  let data: StudyData

  /// Opens a folder and puts it on the device.
  init(_ path: String, _ storing: StoringOptions, _ device: Device, quiet: Bool) throws {
    let images = try storing.open(path, quiet: quiet).store
    name = URL(filePath: images.root).lastPathComponent
    data = try StudyData(images, device: device)
  }

  /// The same for images that are pretrained on only, with or without labels.
  init(
    pretrainingOn path: String, _ storing: StoringOptions, _ device: Device, quiet: Bool
  ) throws {
    let images = try storing.open(path, quiet: quiet).store
    name = URL(filePath: images.root).lastPathComponent
    data = try StudyData(pretrainingOn: images, device: device)
  }
}
