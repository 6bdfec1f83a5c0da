import Foundation

/// How pages of different folders link to each other, so that they can be moved together.
enum RelativePath {
  /// The address of a file, seen from a folder; parts are escaped.
  static func address(of file: URL, from folder: URL) -> String {
    let target = file.standardizedFileURL.absoluteURL.pathComponents
    let start = folder.standardizedFileURL.absoluteURL.pathComponents
    let shared = zip(target, start).prefix { $0 == $1 }.count
    let up = Array(repeating: "..", count: start.count - shared)
    // A ":" in the first part would read as a scheme.
    let allowed = CharacterSet.urlPathAllowed.subtracting(CharacterSet(charactersIn: ":/"))
    let down = target.dropFirst(shared).map {
      $0.addingPercentEncoding(withAllowedCharacters: allowed) ?? $0
    }
    return (up + down).joined(separator: "/")
  }
}
