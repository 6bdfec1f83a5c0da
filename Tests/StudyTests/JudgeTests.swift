import Downstream
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
  /// The run is to be recorded as failed: neither a trap nor a figure that is no number.
  @Test(arguments: [("label", 2), ("value", 1)])
  func aNetworkThatSaysNoNumbersHasNoFigures(header: String, outputs: Int) throws {
    let store = try DrawnImages.store(40, side: 8, columns: header) {
      header == "label" ? "c\($0 % 2)" : "\($0).5"
    }
    let data = try StudyData(store, device: .cpu)
    let judge = Judge(
      data: data, labelled: data.labelledPool, imageSize: 8, precision: nil, seed: 0,
      network: .pixels, classifier: NotANumber(outputs: outputs))
    #expect(throws: ProbeError.badOutputs) {
      try judge.evaluate(.endToEnd, runId: "", shouldStop: { false })
    }
  }
}
