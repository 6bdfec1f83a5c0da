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

  private let seed: UInt64
  private let samples: [Sample]

  package init(seed: UInt64 = 0) {
    self.seed = seed
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
    var chance = SplitMix(
      state: seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(number) &* 0xD1B5_4A32_D192_ED03)
    let sample = samples[chance.below(samples.count)]
    var bytes = sample.bytes
    for _ in 0...chance.below(1 + chance.below(4)) where !bytes.isEmpty { damage(&bytes, &chance) }
    return sample.file(bytes)
  }

  private func damage(_ bytes: inout [UInt8], _ chance: inout SplitMix) {
    let place = chance.below(bytes.count)
    switch chance.below(16) {
    case 0: bytes.removeLast(bytes.count - place)
    case 1: bytes.removeSubrange(place..<min(bytes.count, place + 1 + chance.below(16)))
    case 2, 3: splice(samples[chance.below(samples.count)].bytes, into: &bytes, at: place, &chance)
    case 4, 5: splice(bytes, into: &bytes, at: place, &chance)
    case 6, 7, 8:
      let number = PickleBytes.little(edge(bytes.count, &chance))
      overwrite(&bytes, at: place, with: number.prefix([1, 2, 4, 8][chance.below(4)]))
    case 9, 10:
      // A number in text, as the header of safetensors has them.
      guard let digit = bytes[place...].firstIndex(where: { (0x30...0x39).contains($0) }) else {
        break
      }
      let end = bytes[digit...].firstIndex { !(0x30...0x39).contains($0) } ?? bytes.count
      bytes.replaceSubrange(digit..<end, with: "\(edge(bytes.count, &chance))".utf8)
    case 11, 12:
      // Opcodes of pickles.
      let opcodes =
        Array("().QRabcehjqrstu}]NKMJXG".utf8) + [
          0x80, 0x81, 0x85, 0x86, 0x87, 0x88, 0x8a, 0x8c, 0x93, 0x94,
        ]
      let few = (0...chance.below(3)).map { _ in opcodes[chance.below(opcodes.count)] }
      if chance.below(2) == 0 {
        overwrite(&bytes, at: place, with: few[...])
      } else {
        bytes.insert(contentsOf: few, at: place)
      }
    default: bytes[place] ^= 1 << UInt8(chance.below(8))
    }
  }

  /// Puts up to 64 bytes of `source` at `place`, in addition to what is there or over it.
  private func splice(
    _ source: [UInt8], into bytes: inout [UInt8], at place: Int, _ chance: inout SplitMix
  ) {
    let start = chance.below(source.count)
    let part = source[start..<min(source.count, start + 1 + chance.below(64))]
    if chance.below(2) == 0 {
      overwrite(&bytes, at: place, with: part)
    } else {
      bytes.insert(contentsOf: part, at: place)
    }
  }

  private func overwrite(_ bytes: inout [UInt8], at place: Int, with part: ArraySlice<UInt8>) {
    bytes.replaceSubrange(place..<min(bytes.count, place + part.count), with: part)
  }

  /// A number at which arithmetic or a limit turns.
  private func edge(_ count: Int, _ chance: inout SplitMix) -> UInt64 {
    let powers: [UInt64] = [0, 1, 7, 8, 15, 16, 31, 32, 33, 61, 62, 63].map { 1 << $0 }
    let numbers = powers + [0, .max, UInt64(count), UInt64(count) / 2, 10, 100]
    return numbers[chance.below(numbers.count)] &+ UInt64(chance.below(3)) &- 1
  }
}

/// SplitMix64 (Steele, Lea and Flood, 2014).
private struct SplitMix {
  var state: UInt64

  mutating func below(_ count: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return Int((z ^ (z >> 31)).multipliedFullWidth(by: UInt64(count)).high)
  }
}
