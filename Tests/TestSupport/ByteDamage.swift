/// Samples of bytes, damaged on purpose.
package struct ByteDamage {
  private let seed: UInt64
  private let samples: [[UInt8]]

  package init(of samples: [[UInt8]], seed: UInt64) { (self.samples, self.seed) = (samples, seed) }

  /// Case `number`: which sample, and its bytes with one to four damages; the same on every machine.
  package func `case`(_ number: Int) -> (sample: Int, bytes: [UInt8]) {
    var chance = SplitMix(
      state: seed &* 0x9E37_79B9_7F4A_7C15 &+ UInt64(number) &* 0xD1B5_4A32_D192_ED03)
    let sample = chance.below(samples.count)
    var bytes = samples[sample]
    for _ in 0...chance.below(1 + chance.below(4)) where !bytes.isEmpty { damage(&bytes, &chance) }
    return (sample, bytes)
  }

  private func damage(_ bytes: inout [UInt8], _ chance: inout SplitMix) {
    let place = chance.below(bytes.count)
    switch chance.below(16) {
    case 0: bytes.removeLast(bytes.count - place)
    case 1: bytes.removeSubrange(place..<min(bytes.count, place + 1 + chance.below(16)))
    case 2, 3: splice(samples[chance.below(samples.count)], into: &bytes, at: place, &chance)
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
      // Opcodes of pickles, punctuation of texts.
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
