import Foundation
import Synchronization

/// What became of each test image.
extension ResultStore {
  /// What became of the test images of a data set under the protocols that rows compare by.
  public func outcomes(of dataset: String) throws(DatabaseError) -> TestOutcomes {
    var outcomes = TestOutcomes(
      labels: try numbers(Self.labelsPrefix + dataset) ?? [],
      groups: try numbers(Self.groupsPrefix + dataset))
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

  /// Keeps the classes of a data set's test images, in the order of the test set, and their groups
  /// where they come in such.
  func keepTestImages(labels: [Int], groups: [Int]?, of dataset: String) throws(DatabaseError) {
    try setSetting(Self.labelsPrefix + dataset, to: "\(labels)")
    if let groups { try setSetting(Self.groupsPrefix + dataset, to: "\(groups)") }
  }

  /// A number for each test image; nil if it is not kept, as by an older Glean.
  /// - Throws: ``DatabaseError/unexpectedValue(path:field:found:expected:)`` if they are no numbers.
  private func numbers(_ key: String) throws(DatabaseError) -> [Int]? {
    guard let json = try setting(key) else { return nil }
    guard let numbers = try? JSONDecoder().decode([Int].self, from: Data(json.utf8)) else {
      throw .unexpectedValue(
        path: path, field: "settings.\(key)", found: "\(json.prefix(40))",
        expected: "a list of whole numbers")
    }
    return numbers
  }

  private static let (labelsPrefix, groupsPrefix) = ("test-labels/", "test-groups/")
}
