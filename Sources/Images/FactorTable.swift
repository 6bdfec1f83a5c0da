import Foundation

/// `factors.csv` beside images: what is true of each of them beyond its class, as ``ShapesDataset``
/// writes it.
package struct FactorTable: Sendable {
  /// The file's name in the folder of images.
  package static let fileName = "factors.csv"

  /// A factor and its value for each image of the store, `nil` where the table does not say.
  package enum Column: Sendable {
    /// Words.
    case words([String?])
    /// Numbers.
    case numbers([Double?])
  }

  /// The factors in the table's order.
  package let columns: [(name: String, values: Column)]

  /// Reads the table of a store's folder; `nil` where there is none, or it names none of the images.
  ///
  /// A column in which every field is a number is one of numbers.
  /// - Throws: `ImageError` where the file is no table.
  package init?(of store: ImageStore) throws(ImageError) {
    let path = "\(store.root)/\(Self.fileName)"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let table = try TextTable(path)
    guard let key = table.columns.firstIndex(of: "path") else {
      throw table.problem("no column is named 'path'. Name that of the images' paths so")
    }
    let rowOfPath = Dictionary(
      table.rows.map { ($0.fields[key], $0.fields) }, uniquingKeysWith: { first, _ in first })
    let rows = store.paths.map { rowOfPath[$0] }
    guard rows.contains(where: { $0 != nil }) else { return nil }
    columns = table.columns.indices.filter { $0 != key }.map { column in
      let fields = rows.map { $0?[column] }
      let numbers = fields.map { $0.flatMap(Double.init) }
      let areNumbers = zip(fields, numbers).allSatisfy { $0 == nil || $1?.isFinite == true }
      return (table.columns[column], areNumbers ? .numbers(numbers) : .words(fields))
    }
  }
}
