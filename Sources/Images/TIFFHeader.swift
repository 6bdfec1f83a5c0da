/// The one thing in a TIFF file's header that libvips does not tell: whether its last channel is
/// alpha.
enum TIFFHeader {
  /// Whether tag 338, ExtraSamples, calls a channel alpha, associated (1) or not (2), rather than
  /// leaves open what it is (0). In the first image of the file; false where it cannot be read.
  static func hasAlpha(_ content: ImageContent) -> Bool {
    guard let start = content.bytes(8, at: 0) else { return false }
    let isBigEndian = start[0] == UInt8(ascii: "M")
    func number(_ count: Int, at offset: UInt64) -> UInt64? {
      guard let raw = content.bytes(count, at: offset) else { return nil }
      return (isBigEndian ? raw : raw.reversed()).reduce(0) { $0 << 8 | UInt64($1) }
    }
    // BigTIFF has wider fields: version 43.
    let isBig = start[isBigEndian ? 3 : 2] == 43
    guard let directory = isBig ? number(8, at: 8) : number(4, at: 4),
      let count = number(isBig ? 8 : 2, at: directory), count <= 4096
    else { return false }
    let (size, first) = (UInt64(isBig ? 20 : 12), directory &+ (isBig ? 8 : 2))
    for entry in 0..<count {
      let place = first &+ entry &* size
      guard let tag = number(2, at: place) else { return false }
      guard tag == 338, let values = number(isBig ? 8 : 4, at: place &+ 4) else { continue }
      let field = place &+ (isBig ? 12 : 8)
      // Two bytes each; where they do not fit into the field, it says where they are.
      let isInside = values &* 2 <= (isBig ? 8 : 4)
      guard values <= 64, let list = isInside ? field : number(isBig ? 8 : 4, at: field) else {
        return false
      }
      return (0..<values).contains { [1, 2].contains(number(2, at: list &+ 2 &* $0)) }
    }
    return false
  }
}
