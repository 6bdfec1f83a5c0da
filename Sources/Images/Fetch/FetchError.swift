/// What can go wrong between a publisher's server and a folder of images.
public enum FetchError: Error, Equatable {
  /// A set that nobody told Glean of.
  case unknownSet(String)
  /// The program that downloads is not installed.
  case noCurl
  /// The server will not give the file: the address and what it said.
  case refused(url: String, reason: String)
  /// The network failed as often as it was tried.
  case network(url: String, reason: String, attempts: Int)
  /// A file came that is not the one that was asked for.
  case wrongFile(url: String, found: String, expected: String)
  /// An archive that cannot or must not be unpacked.
  case archive(path: String, problem: String)
  /// Something else lies where the set would go.
  case occupied(String)
  /// A local file could not be written or read.
  case file(ImageError)
  /// The caller asked to stop; what is there is kept.
  case stopped
}

extension FetchError: CustomStringConvertible {
  /// One sentence on what was found, one on what helps.
  public var description: String {
    switch self {
    case .unknownSet(let name):
      "'\(name)' is no set that Glean knows. There are \(PublishedSet.names.joined(separator: ", "))."
    case .noCurl:
      "the program curl is not installed. Install it (apt install curl), or download the set "
        + "yourself."
    case .refused(let url, let reason):
      "\(url): \(reason). The publisher may have moved it: give another address with --from."
    case .network(let url, let reason, let attempts):
      "\(url): \(reason), \(attempts) times without a byte in between. What has come is kept; try "
        + "again later, or give a mirror with --from."
    case .wrongFile(let url, let found, let expected):
      "\(url): found \(found), expected \(expected). Nothing of it was kept; give another address "
        + "with --from."
    case .archive(let path, let problem):
      "\(path): \(problem)."
    case .occupied(let path):
      "\(path) is there and holds something else. Give another folder with --out, or remove it."
    case .file(let error): "\(error)"
    case .stopped: "stopped; the same command goes on"
    }
  }
}
