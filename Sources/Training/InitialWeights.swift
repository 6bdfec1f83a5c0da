public import Foundation
import Images

/// A weights file that a run's backbone begins with.
public struct InitialWeights: Codable, Sendable, Equatable {
  /// Where it lies; the run's result does not depend on it.
  public var path: String
  /// The SHA-256 of its bytes, which does decide the result.
  public var digest: String

  /// Reads the file to know it again.
  /// - Throws: ``TrainingError/file(_:)`` if it cannot be read.
  public init(_ file: URL) throws(TrainingError) {
    do {
      path = file.path
      digest = Digest.sha256(try Data(contentsOf: file, options: .mappedIfSafe))
    } catch {
      throw .file("\(file.path): cannot be read (\(error.localizedDescription))")
    }
  }

  /// Whether they are the same weights, wherever they lie.
  public static func == (a: InitialWeights, b: InitialWeights) -> Bool { a.digest == b.digest }

  /// The file.
  var url: URL { URL(filePath: path) }
}
