/// Yes-or-no answers as bits, lowest bit first: 10,000 test images take 1,250 bytes.
enum PackedFlags {
  static func pack(_ flags: [Bool]) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (flags.count + 7) / 8)
    for (index, flag) in flags.enumerated() where flag { bytes[index / 8] |= 1 << (index % 8) }
    return bytes
  }

  /// The flags; nil if the bytes are not as many as `count` flags need.
  static func unpack(_ bytes: [UInt8], count: Int) -> [Bool]? {
    guard 0...8 * bytes.count ~= count, bytes.count == (count + 7) / 8 else { return nil }
    return (0..<count).map { bytes[$0 / 8] & (1 << ($0 % 8)) != 0 }
  }
}
