import Foundation

/// What the columns of a table give to predict, and why they were taken for that.
///
/// The column's name decides, upper and lower case alike:
/// - `class`: one class each, whatever the text;
/// - `labels`: tags, separated by `|` or `;`;
/// - `value`: numbers;
/// - `label` and `target`: tags if a row holds `|` or `;`; values if all are numbers and one is not
///   whole (for `target` also if there are more than 20 different ones); else classes.
///
/// Without any of these, the columns of zeros and ones are tags, if there are two or more. An empty
/// field is an unlabelled image.
struct TableTargets {
  var task = ImageTask.none
  var classes: [String] = []
  var labels: [Int?]
  var tags: [[Int]?]
  var values: [Double?]
  var notes: [String] = []

  static let names = ["class", "label", "labels", "value", "target"]
  /// More different whole numbers than these in `target` are no classes.
  private static let mostTargetClasses = 20

  private let table: TextTable

  /// - Parameter others: columns that mean something else.
  init(_ table: TextTable, excluding others: Set<Int>) throws(ImageError) {
    self.table = table
    labels = Array(repeating: nil, count: table.rows.count)
    tags = Array(repeating: nil, count: table.rows.count)
    values = Array(repeating: nil, count: table.rows.count)
    let candidates = table.columns.indices.filter { !others.contains($0) }
    let named = candidates.filter { Self.names.contains(table.columns[$0].lowercased()) }
    if named.count > 1 {
      let names = named.map { "'\(table.columns[$0])'" }.joined(separator: " and ")
      throw table.problem(
        "the columns \(names) may each be what to predict. Rename all but one", line: 1)
    }
    var taken = Set(named)
    if let column = named.first {
      try read(column)
    } else {
      taken = try readFlags(candidates)
    }
    let rest = candidates.filter { !taken.contains($0) && !table.columns[$0].isEmpty }
      .map { "'\(table.columns[$0])'" }
    if !rest.isEmpty {
      let list = rest.prefix(8).joined(separator: ", ") + (rest.count > 8 ? " and others" : "")
      notes.append(
        "Left alone: \(list)."
          + (task == .none
            ? " To predict a column, name it 'label' (or 'class', 'labels', 'value')." : ""))
    }
  }

  private mutating func read(_ column: Int) throws(ImageError) {
    let name = table.columns[column]
    let texts = table.rows.map { $0.fields[column].trimmed }
    let given = texts.filter { !$0.isEmpty }
    let kind = name.lowercased()
    guard !given.isEmpty else {
      notes.append("Column '\(name)' is empty: no labels.")
      return
    }
    if kind == "class" {
      return takeClasses(texts, "Column 'class' names one class an image.")
    }
    if kind == "value" { return try takeValues(texts, column, "Column 'value' holds numbers.") }
    if kind == "labels" {
      return takeTags(texts, "Column 'labels' holds tags, separated by '|' or ';'.")
    }
    if given.contains(where: { $0.contains(where: Self.isSeparator) }) {
      return takeTags(
        texts,
        "Column '\(name)' holds several labels in a row, separated by '|' or ';': taken for tags. "
          + "Name it 'class' to take each text whole for a class.")
    }
    let numbers = given.compactMap(Self.number)
    guard numbers.count == given.count else {
      return takeClasses(texts, "Column '\(name)' names one class an image.")
    }
    let isWhole = numbers.allSatisfy { $0 == $0.rounded() }
    if !isWhole || kind == "target" && Set(numbers).count > Self.mostTargetClasses {
      return try takeValues(
        texts, column,
        "Column '\(name)' holds numbers: taken for values to predict. Name it 'class' to take each "
          + "for a class.")
    }
    takeClasses(
      texts,
      "Column '\(name)' holds whole numbers: taken for classes. Name it 'value' to predict the "
        + "numbers themselves.")
  }

  private static func isSeparator(_ letter: Character) -> Bool { letter == "|" || letter == ";" }

  private static func number(_ text: String) -> Double? {
    Double(text).flatMap { $0.isFinite ? $0 : nil }
  }

  /// Sorted, by number where all are whole numbers.
  static func sortedClasses(_ names: Set<String>) -> [String] {
    let numbers = names.compactMap { name in Int(name).map { (number: $0, name: name) } }
    if numbers.count < names.count { return names.sorted() }
    return numbers.sorted { ($0.number, $0.name) < ($1.number, $1.name) }.map(\.name)
  }

  private mutating func takeClasses(_ texts: [String], _ note: String) {
    task = .classes
    classes = Self.sortedClasses(Set(texts.filter { !$0.isEmpty }))
    let indices = Dictionary(uniqueKeysWithValues: zip(classes, 0...))
    labels = texts.map { indices[$0] }
    notes.append(note)
  }

  private mutating func takeTags(_ texts: [String], _ note: String) {
    task = .tags
    let lists = texts.map { text -> [String]? in
      text.isEmpty
        ? nil
        : text.split(whereSeparator: Self.isSeparator)
          .map { String($0).trimmed }.filter { !$0.isEmpty }
    }
    classes = Self.sortedClasses(Set(lists.compactMap(\.self).joined()))
    let indices = Dictionary(uniqueKeysWithValues: zip(classes, 0...))
    tags = lists.map { $0.map { Set($0.compactMap { indices[$0] }).sorted() } }
    notes.append(note)
  }

  private mutating func takeValues(
    _ texts: [String], _ column: Int, _ note: String
  ) throws(ImageError) {
    task = .values
    for (position, text) in texts.enumerated() where !text.isEmpty {
      guard let number = Self.number(text) else {
        throw table.problem(
          "found '\(text)', expected a finite number such as 3.5, or nothing where it is not known",
          line: table.rows[position].line, field: table.columns[column])
      }
      values[position] = number
    }
    notes.append(note)
  }

  /// Returns the columns taken.
  private mutating func readFlags(_ candidates: [Int]) throws(ImageError) -> Set<Int> {
    let flags = candidates.filter { column in
      var isGiven = false
      for row in table.rows {
        let text = row.fields[column]
        if text == "0" || text == "1" || text == "0.0" || text == "1.0" {
          isGiven = true
        } else if !text.isEmpty {
          return false
        }
      }
      return isGiven
    }
    guard flags.count >= 2 else { return [] }
    for (position, row) in table.rows.enumerated() {
      let empty = flags.filter { row.fields[$0].isEmpty }
      if empty.count == flags.count { continue }
      if let column = empty.first {
        throw table.problem(
          "found nothing, expected 0 or 1, or nothing in all of the row's columns of zeros and ones",
          line: row.line, field: table.columns[column])
      }
      tags[position] = flags.indices.filter { row.fields[flags[$0]].hasPrefix("1") }
    }
    task = .tags
    classes = flags.map { table.columns[$0] }
    notes.append("\(flags.count) columns of zeros and ones are taken for tags.")
    return Set(flags)
  }
}
