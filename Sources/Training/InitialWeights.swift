public import Foundation
import Images

/// A weights file that a run's backbone begins with.
public struct InitialWeights: Codable, Sendable, Equatable {
  /// Where it lies; the run's result does not depend on it.
  public var path: String
  /// The SHA-256 of its bytes, which does decide the result.
  public var digest: String
  /// Whether tensors of the network that the file does not give stay random.
  public var isPartial: Bool

  /// Reads the file to know it again.
  /// - Throws: ``TrainingError/file(_:)`` if it cannot be read.
  public init(_ file: URL, isPartial: Bool = false) throws(TrainingError) {
    self.isPartial = isPartial
    do {
      path = file.path
      digest = Digest.sha256(try Data(contentsOf: file, options: .mappedIfSafe))
    } catch {
      throw .file("\(file.path): cannot be read (\(error.localizedDescription))")
    }
  }

  /// The name under which a weights file says which image set it was pretrained on, as a hash.
  public static let imagesKey = "glean.images"

  /// Whether they are the same weights, wherever they lie.
  public static func == (a: InitialWeights, b: InitialWeights) -> Bool {
    (a.digest, a.isPartial) == (b.digest, b.isPartial)
  }

  /// The file.
  var url: URL { URL(filePath: path) }
}
