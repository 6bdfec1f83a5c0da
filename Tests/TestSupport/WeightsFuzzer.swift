package import Foundation
import Torch

/// Feeds the readers of weights files with files that were damaged on purpose.
///
/// Case `n` is the same on every machine and in every order. A case is read in memory, every
/// tensor that comes out is looked at, and anything but a tensor or a ``TorchError`` ends the process.
package struct WeightsFuzzer {
  /// What the readers made of the cases.
  package struct Outcome {
    package var accepted = 0
    package var refused = 0
    package var cases: Int { accepted + refused }
  }

  /// Bytes to be damaged, and what makes a file of them: damage to a part alone reaches deeper than
  /// damage to a whole file, whose lengths then no longer fit.
  private struct Sample {
    var bytes: [UInt8]
    var file: ([UInt8]) -> Data = { Data($0) }
  }

  private let samples: [Sample]
  private let damage: ByteDamage

  package init(seed: UInt64 = 0) {
    let tensors = PickleBytes.dict([
      "weight": PickleBytes.tensor([2, 2]), "view": PickleBytes.tensor([2, 2], strides: [1, 2]),
      "part": PickleBytes.tensor([2], offset: 2), "whole": PickleBytes.tensor([4], strides: [1]),
    ])
    let checkpoint = PickleBytes.dict([
      "epoch": PickleBytes.int(3), "state_dict": tensors,
      "shared": PickleBytes.list(PickleBytes.keep(0), PickleBytes.tuple([PickleBytes.recall(0)])),
    ])
    let header =
      #"{"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"__metadata__":{"k":"v"},"#
      + #""b":{"dtype":"BF16","shape":[],"data_offsets":[8,10]}}"#
    let body = [UInt8](0..<10)
    func safetensors(_ header: [UInt8]) -> [UInt8] {
      PickleBytes.little(UInt64(header.count)) + header + body
    }
    samples = [
      Sample(bytes: Array(SampleCheckpoints.zip)), Sample(bytes: Array(SampleCheckpoints.stream)),
      Sample(bytes: Array(PickleBytes.file(tensors))),
      Sample(bytes: tensors) { PickleBytes.file($0) },
      Sample(bytes: checkpoint) { PickleBytes.file($0) },
      Sample(bytes: safetensors(Array(header.utf8))),
      Sample(bytes: Array(header.utf8)) { Data(safetensors($0)) },
    ]
    damage = ByteDamage(of: samples.map(\.bytes), seed: seed)
  }

  /// Reads cases until they or the time run out.
  package func run(
    _ cases: Range<Int>, within limit: Duration? = nil, before: (Int, Outcome) -> Void = { _, _ in }
  ) -> Outcome {
    let clock = ContinuousClock()
    let start = clock.now
    var outcome = Outcome()
    for number in cases {
      if let limit, start.duration(to: clock.now) >= limit { break }
      before(number, outcome)
      do throws(TorchError) {
        let file = try WeightsFile(data: damaged(number), name: "case \(number)")
        for (_, tensor) in file.tensors { _ = tensor.bytes }
        outcome.accepted += 1
      } catch {
        outcome.refused += 1
      }
    }
    return outcome
  }

  /// The bytes of a case: a sample with one to four damages.
  package func damaged(_ number: Int) -> Data {
    let (sample, bytes) = damage.case(number)
    return samples[sample].file(bytes)
  }
}
