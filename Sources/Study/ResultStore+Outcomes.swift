import Foundation
import Synchronization

/// What became of each test image.
extension ResultStore {
  /// Whether each test image was named rightly, in the order of the test set; nil if not stored.
  public func correct(of id: String, _ evaluation: EvaluationProtocol) throws(DatabaseError)
    -> [Bool]?
  {
    try database.withLock { (database) throws(DatabaseError) in
      let rows = try database.query(
        "SELECT images, correct FROM outcomes WHERE run_id = ? AND protocol = ?",
        [.text(id), .text(evaluation.rawValue)])
      return try rows.first.map { (row) throws(DatabaseError) in
        var reader = RowReader(row, table: "outcomes", path: database.path)
        return try ResultStore.flags(&reader, path: database.path)
      }
    }
  }

  /// What became of the test images of a data set under the protocols that rows compare by.
  public func outcomes(of dataset: String) throws(DatabaseError) -> TestOutcomes {
    var outcomes = TestOutcomes(labels: try testLabels(of: dataset))
    try database.withLock { (database) throws(DatabaseError) in
      for evaluation in [EvaluationProtocol.linear, .endToEnd] {
        let rows = try database.query(
          """
          SELECT run_id, images, correct FROM outcomes
          WHERE protocol = ? AND run_id IN (SELECT id FROM runs WHERE dataset = ?)
          """, [.text(evaluation.rawValue), .text(dataset)])
        for row in rows {
          var reader = RowReader(row, table: "outcomes", path: database.path)
          let id = try reader.text("run_id")
          outcomes.correct[id, default: [:]][evaluation] = try ResultStore.flags(
            &reader, path: database.path)
        }
      }
    }
    return outcomes
  }

  static func flags(
    _ reader: inout RowReader, path: String
  ) throws(DatabaseError) -> [Bool] {
    let count = try reader.integer("images")
    let bytes = try reader.blob("correct")
    guard let flags = PackedFlags.unpack(bytes, count: count) else {
      throw .unexpectedValue(
        path: path, field: "outcomes.correct", found: "\(bytes.count) bytes",
        expected: "one bit for each of \(count) images")
    }
    return flags
  }

  /// Keeps the classes of a data set's test images, in the order of the test set.
  func keepTestLabels(_ labels: [Int], of dataset: String) throws(DatabaseError) {
    try setSetting(Self.labelsKey(dataset), to: "\(labels)")
  }

  /// The classes of a data set's test images; none if an older Glean did not keep them.
  /// - Throws: ``DatabaseError/unexpectedValue(path:field:found:expected:)`` if they are no numbers.
  func testLabels(of dataset: String) throws(DatabaseError) -> [Int] {
    let key = Self.labelsKey(dataset)
    guard let json = try setting(key) else { return [] }
    guard let labels = try? JSONDecoder().decode([Int].self, from: Data(json.utf8)) else {
      throw .unexpectedValue(
        path: path, field: "settings.\(key)", found: "\(json.prefix(40))",
        expected: "a list of whole numbers")
    }
    return labels
  }

  private static func labelsKey(_ dataset: String) -> String { "test-labels/" + dataset }
}
