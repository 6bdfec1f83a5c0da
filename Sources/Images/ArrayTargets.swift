/// What arrays of labels give to predict.
enum ArrayTargets {
  struct Labels {
    var name: String
    /// Numbers an image.
    var columns: Int
    var isFloating: Bool
    /// Images × columns.
    var numbers: [Double]
  }

  /// Puts labels on the entries of a listing of arrays, in the arrays' order; nil for an array
  /// without labels.
  static func add(_ labels: [Labels?], to listing: inout ImageListing) throws(ImageError) {
    let given = labels.compactMap(\.self)
    guard let first = given.first else {
      listing.notes.append("No array of labels is beside them.")
      return
    }
    if let other = given.first(where: {
      $0.columns != first.columns || $0.isFloating != first.isFloating
    }) {
      throw .arrays(
        path: listing.source,
        problem: "\(first.name) and \(other.name) differ in type or columns. Save both alike")
    }
    var numbers: [[Double]?] = []
    for (array, labels) in zip(listing.arrays, labels) {
      numbers += (0..<array.count).map { row in
        labels.map { Array($0.numbers[row * $0.columns..<(row + 1) * $0.columns]) }
      }
    }
    if first.columns > 1 {
      try addTags(numbers, first, to: &listing)
    } else if first.columns == 1 && first.isFloating {
      try addValues(numbers.map { $0?.first }, first, to: &listing)
    } else if first.columns == 1 {
      try addClasses(numbers.map { $0?.first }, first, to: &listing)
    }
  }

  private static func addTags(
    _ numbers: [[Double]?], _ labels: Labels, to listing: inout ImageListing
  ) throws(ImageError) {
    for (position, row) in numbers.enumerated() {
      if let row, let other = row.first(where: { $0 != 0 && $0 != 1 }) {
        throw .arrays(
          path: listing.source,
          problem: "labels of \(listing.entries[position].path): found \(other) among \(row.count) "
            + "columns, expected zeros and ones, one column for each tag")
      }
      listing.entries[position].tags = row?.indices.filter { row?[$0] == 1 }
    }
    listing.task = .tags
    listing.classes = (0..<labels.columns).map(String.init)
    listing.notes.append("The \(labels.columns) columns of zeros and ones in the labels are tags.")
    if numbers.allSatisfy({ $0.map { $0.reduce(0, +) == 1 } ?? true }) {
      listing.notes.append(
        "Every image has just one: save labels.argmax(1) instead to have them taken for classes.")
    }
  }

  private static func addValues(
    _ numbers: [Double?], _ labels: Labels, to listing: inout ImageListing
  ) throws(ImageError) {
    for (position, number) in numbers.enumerated() {
      guard let number, !number.isNaN else { continue }
      guard number.isFinite else {
        throw .arrays(
          path: listing.source,
          problem: "label of \(listing.entries[position].path): found \(number), expected a finite "
            + "number, or NaN where it is not known")
      }
      listing.entries[position].value = number
    }
    listing.task = .values
    listing.notes.append(
      "\(labels.name) holds floating-point numbers: values to predict. Save whole numbers (int64) "
        + "for classes.")
  }

  private static func addClasses(
    _ numbers: [Double?], _ labels: Labels, to listing: inout ImageListing
  ) throws(ImageError) {
    let known = numbers.map { $0.flatMap { $0 == -1 ? nil : $0 } }
    if let position = known.firstIndex(where: { $0.map { $0 < 0 } == true }) {
      throw .arrays(
        path: listing.source,
        problem:
          "label of \(listing.entries[position].path): found \(known[position] ?? 0), expected "
          + "0 or more, or -1 where it is not known")
    }
    let values = Set(known.compactMap(\.self)).sorted()
    let indices = Dictionary(uniqueKeysWithValues: zip(values, 0...))
    for position in known.indices {
      listing.entries[position].label = known[position].flatMap { indices[$0] }
    }
    listing.task = .classes
    listing.classes = values.map { Int(exactly: $0).map(String.init) ?? "\($0)" }
    listing.notes.append("\(labels.name) holds whole numbers: classes.")
    let learnt = Set(listing.entries.filter { $0.split == .train }.compactMap(\.label))
    if let entry = listing.entries.first(where: { $0.label.map { !learnt.contains($0) } == true }) {
      throw .arrays(
        path: listing.source,
        problem:
          "class \(listing.classes[entry.label ?? 0]) of \(entry.path) has no training image. "
          + "Add one, or label it -1")
    }
  }
}
