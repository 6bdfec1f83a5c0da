/// What can go wrong between a folder of images and an `ImageStore`.
public enum ImageError: Error, Equatable {
  /// Nothing is there.
  case noSuchPath(String)
  /// A file where a folder was expected.
  case notADirectory(String)
  /// A folder that may not be listed.
  case permissionDenied(String)
  /// A folder without images; `others` counts its other files by extension.
  case noImages(path: String, others: [String: Int])
  /// `validation/` or `test/` without `train/`.
  case noTrainSplit(path: String, found: [String])
  /// A folder whose sub-folders, or some of them, are image sets of their own.
  case severalSets(path: String, sets: [String])
  /// A split has a class that `train/` lacks.
  case unknownClass(path: String, name: String, trainClasses: [String])
  /// Images are there and none could be decoded.
  case nothingDecoded(path: String, skipped: [SkippedImage])
  /// No room for a file; sizes in bytes.
  case diskFull(path: String, needed: Int, available: Int)
  /// A file or folder could not be made or written.
  case cannotWrite(path: String, reason: String)
  /// A file could not be read.
  case cannotRead(path: String, reason: String)
  /// A table of images that says something wrong, at a line and column if these are known.
  case table(path: String, line: Int?, field: String?, problem: String)
  /// A file of arrays that cannot be read, or does not say what is needed.
  case arrays(path: String, problem: String)
  /// A mask that does not fit its image or its task.
  case mask(path: String, problem: String)
  /// More images were asked for than there are.
  case tooFewImages(wanted: Int, found: Int)
  /// Images fall into fewer groups than parts were asked for.
  case tooFewGroups(wanted: Int, found: Int)
}

extension ImageError: CustomStringConvertible {
  /// One sentence on what was found, one on what was expected or helps.
  public var description: String {
    switch self {
    case .noSuchPath(let path):
      return "\(path): no such folder or file. Give the path of a folder of images."
    case .notADirectory(let path):
      return
        "\(path) is a file of no known kind. Expected a folder of images, a table that lists them "
        + "(.csv, .tsv, .jsonl) or numpy's arrays (.npz, .npy)."
    case .permissionDenied(let path):
      return "\(path): permission denied. Make it readable (chmod u+rX) or run as its owner."
    case .noImages(let path, let others) where others.isEmpty:
      return "\(path) is empty. Expected images (\(ImageFolder.extensionList))."
    case .noImages(let path, let others):
      return "\(path): found \(Self.summary(of: others)), "
        + "expected images (\(ImageFolder.extensionList))."
    case .noTrainSplit(let path, let found):
      return "\(path) has \(found.map { "\($0)/" }.joined(separator: " and ")) but no train/. "
        + "Expected train/ beside it, or class folders."
    case .severalSets(let path, let sets):
      return "\(path) is not one image set: \(Self.list(sets)) \(sets.count == 1 ? "is" : "are") "
        + "laid out as a set (train/ and test/, images/ and masks/, or a table of images). Give the "
        + "path of one, such as \(path)/\(sets.first ?? "")."
    case .unknownClass(let path, let name, let trainClasses):
      return "\(path): class '\(name)' is not in train/, which has "
        + "\(Self.list(trainClasses)). Add it to train/, or rename or remove the folder."
    case .nothingDecoded(let path, let skipped):
      let reasons = skipped.prefix(3).map(\.description).joined(separator: "; ")
      return "\(path): none of its \(skipped.count) images could be decoded (\(reasons))."
    case .diskFull(let path, let needed, let available):
      return "\(path): no space left: \(Self.size(needed)) needed, \(Self.size(available)) free. "
        + "Free some space, or point $GLEAN_CACHE at another disk."
    case .cannotWrite(let path, let reason):
      return "\(path): cannot write: \(reason)."
    case .cannotRead(let path, let reason):
      return "\(path): cannot read: \(reason)."
    case .table(let path, let line, let field, let problem):
      let place = (line.map { ", line \($0)" } ?? "") + (field.map { ", field '\($0)'" } ?? "")
      return "\(path)\(place): \(problem)."
    case .arrays(let path, let problem), .mask(let path, let problem):
      return "\(path): \(problem)."
    case .tooFewImages(let wanted, let found):
      return "\(wanted) images wanted, \(found) found. Ask for at most \(found)."
    case .tooFewGroups(let wanted, let found):
      return "\(wanted) groups wanted, \(found) found: groups are kept whole. Add images of other "
        + "groups, bring a test split of your own, or leave the column 'group' out."
    }
  }

  private static func summary(of others: [String: Int]) -> String {
    let sorted = others.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    let parts = sorted.prefix(4).map { name, count in
      let kind = name.isEmpty ? "without extension" : ".\(name)"
      let noun = count == 1 ? "file" : "files"
      return name.isEmpty ? "\(count) \(noun) \(kind)" : "\(count) \(kind) \(noun)"
    }
    return parts.joined(separator: ", ") + (sorted.count > 4 ? " and others" : "")
  }

  private static func list(_ names: [String]) -> String {
    if names.isEmpty { return "no class folders" }
    return names.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
      + (names.count > 8 ? " and \(names.count - 8) more" : "")
  }

  private static func size(_ bytes: Int) -> String {
    let mega = Double(bytes) / 1e6
    let tenths = (mega < 1000 ? mega : mega / 1000) * 10
    return "\(tenths.rounded(.up) / 10) \(mega < 1000 ? "MB" : "GB")"
  }
}
