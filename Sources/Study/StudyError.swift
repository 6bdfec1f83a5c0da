/// What can keep a comparison from being made.
public enum StudyError: Error, CustomStringConvertible {
  /// The images have no classes to compare on.
  case noLabels(String, classes: Int)
  /// There are too few images.
  case tooFewImages(String, found: Int, needed: Int)
  /// The images cannot be read or split.
  case images(String)
  /// A setting that cannot be followed.
  case setting(String)
  /// The folder holds another study.
  case otherStudy(folder: String, String)
  /// A run could not be made.
  case run(String)
  /// A file of the study cannot be read or written.
  case file(String)

  /// What was found, what was expected, and what to do.
  public var description: String {
    switch self {
    case .noLabels(let path, let classes):
      "\(path): found \(classes == 0 ? "no classes" : "one class"), but a comparison is judged on "
        + "labelled images of two classes or more: put each class in a folder of its own "
        + "(\(path)/CLASS/image.jpg). To pretrain without labels, use 'glean pretrain \(path)'"
    case .tooFewImages(let path, let found, let needed):
      "\(path): \(found) usable images are too few to compare on; at least \(needed) are needed, "
        + "and hundreds to say anything"
    case .otherStudy(let folder, let what):
      "\(folder) holds another study (\(what)); give another --out, or the same settings to "
        + "continue it"
    case .images(let what), .setting(let what), .run(let what), .file(let what): what
    }
  }
}
