/// What the values of a set's masks mean.
///
/// - 0 and 255 alone: classes 0 and 1;
/// - numbers (grey values, or places in a palette): the classes themselves, 255 for none;
/// - colours, at most 64 in all masks together: classes in ascending order of red, green and blue,
///   so that black is 0.
struct MaskCoding {
  /// A mask's path, and what occurs in it.
  struct File {
    var path: String
    var keys: [UInt32]
    var isPalette: Bool
  }

  /// Names by class.
  let classes: [String]
  private let values: [UInt32: UInt8]

  /// - Parameters:
  ///   - files: every mask.
  ///   - named: the classes' names, empty for "0", "1" and so on.
  init(_ files: [File], named: [String], root: String) throws(ImageError) {
    let keys = files.reduce(into: Set<UInt32>()) { $0.formUnion($1.keys) }.sorted()
    let firstColour = keys.first { $0 != ($0 & 0xFF) &* 0x010101 }
    let count: Int
    let values: [UInt32: UInt8]
    if let firstColour {
      if let palette = files.first(where: \.isPalette),
        let coloured = files.first(where: { $0.keys.contains(firstColour) })
      {
        throw .mask(
          path: coloured.path,
          problem:
            "its classes are colours, those of \(palette.path) places in a palette. Save all "
            + "masks in one of the two ways")
      }
      guard keys.count <= DecodedMask.maxColours else {
        throw .mask(
          path: root,
          problem:
            "its masks have \(keys.count) different colours, at most \(DecodedMask.maxColours) "
            + "can stand for classes. Save the masks without smoothing, as PNG")
      }
      values = Dictionary(uniqueKeysWithValues: zip(keys, (0...63)))
      count = keys.count
    } else if keys.allSatisfy({ $0 == 0 || $0 == 0xFFFFFF }) && keys.last == 0xFFFFFF {
      values = [0: 0, 0xFFFFFF: 1]
      count = 2
    } else {
      values = Dictionary(uniqueKeysWithValues: keys.map { ($0, UInt8($0 & 0xFF)) })
      count = 1 + Int(values.values.filter { $0 != ImageStore.ignored }.max() ?? 0)
    }
    guard named.isEmpty || named.count >= count else {
      let largest = files.first { file in
        file.keys.contains {
          values[$0].map { $0 != ImageStore.ignored && $0 >= named.count } == true
        }
      }
      throw .mask(
        path: largest?.path ?? root,
        problem: "the masks have classes up to \(count - 1), classes.txt names \(named.count). "
          + "Name each in a line of its own, the first for 0")
    }
    self.values = values
    classes = named.isEmpty ? (0..<count).map(String.init) : named
  }

  /// The class of each local index of a mask with these keys, 256 long.
  func table(_ keys: [UInt32]) -> [UInt8] {
    keys.map { values[$0] ?? ImageStore.ignored }
      + [UInt8](repeating: ImageStore.ignored, count: 256 - keys.count)
  }
}
