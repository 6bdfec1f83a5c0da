import Foundation

/// What a study of several parts says of them all, kept beside them: without it the report that is made
/// again would have another title, another command, and the parts by the alphabet.
public struct StudyIndex: Codable, Sendable, Equatable {
  /// What the study is called.
  public var title: String
  /// The command that makes it.
  public var command: String
  /// The names of its parts, in its order.
  public var parts: [String]

  /// All of it.
  public init(title: String, command: String, parts: [String]) {
    self.title = title
    self.command = command
    self.parts = parts
  }
}

extension StudyFolder {
  private var indexFile: URL { url.appending(path: "parts.json") }

  /// What is kept of the parts within; `nil` where nothing is, or what cannot be read.
  public var index: StudyIndex? {
    (try? Data(contentsOf: indexFile)).flatMap {
      try? JSONDecoder().decode(StudyIndex.self, from: $0)
    }
  }

  /// Keeps what a study says of its parts.
  /// - Throws: ``StudyError/file(_:)`` if the folder cannot be written.
  public func save(_ index: StudyIndex) throws(StudyError) { try write(index, to: indexFile) }

  /// The folder of the study that this one is a part of; `nil` for one of its own.
  public var whole: StudyFolder? {
    let place = url.standardizedFileURL.absoluteURL
    let name = place.pathComponents.suffix(StudyPart.depth).joined(separator: "/")
    let above = (0..<StudyPart.depth).reduce(place) { up, _ in up.deletingLastPathComponent() }
    let folder = StudyFolder(above)
    return folder.index?.parts.contains(name) == true ? folder : nil
  }
}
