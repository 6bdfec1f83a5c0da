import Downstream
import Foundation
import Images
import Pretext
import TestSupport
import Testing
import Torch
import TorchNN

@testable import Study

/// What a diverged network says.
private final class NotANumber: Module, Classifier {
  let outputs: Int

  init(outputs: Int) {
    self.outputs = outputs
    super.init()
  }

  func logits(_ images: Tensor) -> Tensor { .full([images.size(0), outputs], .nan) }
}

@Suite struct JudgeTests {
  /// 40 drawn images with labels of a kind.
  private func data(_ label: (Int) -> String, header: String) throws -> StudyData {
    let folder = try Fixtures.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    var table = "path,\(header)\n"
    for image in 0..<40 {
      let pixels = (0..<192).map { UInt8((image * 5 + $0) % 256) }
      try ImageFile.write(
        pixels, width: 8, height: 8, to: folder.appending(path: "\(image).png").path)
      table += "\(image).png,\(label(image))\n"
    }
    try Data(table.utf8).write(to: folder.appending(path: "labels.csv"))
    let options = StoreOptions(cacheFolder: folder.appending(path: "cache").path)
    return try StudyData(ImageStore.open(folder.path, options: options).store, device: .cpu)
  }

  /// The run is to be recorded as failed: neither a trap nor a figure that is no number.
  @Test(arguments: [("label", 2), ("value", 1)])
  func aNetworkThatSaysNoNumbersHasNoFigures(header: String, outputs: Int) throws {
    let data = try data({ header == "label" ? "c\($0 % 2)" : "\($0).5" }, header: header)
    let judge = Judge(
      data: data, labelled: data.labelledPool, imageSize: 8, precision: nil, seed: 0,
      network: .pixels, classifier: NotANumber(outputs: outputs))
    #expect(throws: ProbeError.badOutputs) {
      try judge.evaluate(.endToEnd, runId: "", shouldStop: { false })
    }
  }
}
