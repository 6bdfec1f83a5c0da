import Foundation

/// Images whose objects XML files describe in the manner of Pascal VOC (Everingham et al. 2010):
/// `JPEGImages/NAME.jpg` and `Annotations/NAME.xml`; the classes of an image's objects are its tags.
///
/// `ImageSets/Main/train.txt`, `val.txt` and `test.txt`, where they are there, say which images belong
/// to which split; the others are left out then.
enum VocObjects {
  /// The images of a folder, an absolute path; nil where it is laid out otherwise.
  static func scan(_ root: String) throws(ImageError) -> ImageListing? {
    let manager = FileManager.default
    guard let images = try? manager.contentsOfDirectory(atPath: "\(root)/JPEGImages"),
      let files = try? manager.contentsOfDirectory(atPath: "\(root)/Annotations"),
      files.contains(where: { FolderWalk.fileExtension(of: $0) == "xml" })
    else { return nil }
    let described = Set(files)
    let splits = try splits(root)
    var listing = ImageListing(source: root)
    listing.layout = .voc
    listing.task = .tags
    var tags: [[String]?] = []
    var others = 0
    for name in images.sorted()
    where ImageFolder.extensions.contains(FolderWalk.fileExtension(of: name)) {
      let stem = (name as NSString).deletingPathExtension
      guard splits.isEmpty || splits[stem] != nil else {
        others += 1
        continue
      }
      let path = "JPEGImages/\(name)"
      guard let status = FolderWalk.status("\(root)/\(path)") else { continue }
      listing.entries.append(
        ImageListing.Entry(
          path: path, split: splits[stem] ?? .train, bytes: Int(status.st_size),
          modified: FolderWalk.modified(status)))
      tags.append(
        described.contains("\(stem).xml") ? try classes(in: "\(root)/Annotations/\(stem).xml") : nil
      )
    }
    guard listing.entries.contains(where: { $0.split == .train }) else {
      throw .noTrainSplit(path: root, found: ["JPEGImages"])
    }
    listing.classes = Set(tags.compactMap(\.self).joined()).sorted()
    let indices = Dictionary(uniqueKeysWithValues: zip(listing.classes, 0...))
    for position in tags.indices {
      listing.entries[position].tags = tags[position].map { names in
        Set(names.compactMap { indices[$0] }).sorted()
      }
    }
    listing.notes = [
      "Annotations/ describes the objects of the images; their classes are an image's tags."
    ]
    if others > 0 { listing.notes.append("\(others) images that no list names are left alone.") }
    return listing
  }

  private static func splits(_ root: String) throws(ImageError) -> [String: Split] {
    var splits: [String: Split] = [:]
    for (name, split) in [("train", Split.train), ("val", .validation), ("test", .test)] {
      let path = "\(root)/ImageSets/Main/\(name).txt"
      guard let data = FileManager.default.contents(atPath: path) else { continue }
      for line in String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline) {
        let stem = line.trimmingCharacters(in: .whitespaces)
        if let other = splits.updateValue(split, forKey: stem), other != split {
          throw .arrays(
            path: path,
            problem: "\(stem) is in \(split.rawValue) here and in \(other.rawValue) in "
              + "another list. Name it once")
        }
      }
    }
    return splits
  }

  /// The text of every annotation/object/name. Names of an object's parts lie deeper.
  static func classes(in path: String) throws(ImageError) -> [String] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .cannotRead(path: path, reason: FolderWalk.reason(errno))
    }
    func problem(_ text: String) -> ImageError { .arrays(path: path, problem: text) }
    guard let text = String(validating: data, as: UTF8.self) else {
      throw problem("its text is not UTF-8")
    }
    var names: [String] = []
    var open: [Substring] = []
    var rest = text[...]
    while let start = rest.firstIndex(of: "<") {
      let content = rest[..<start]
      if rest[start...].hasPrefix("<!--") {
        guard let end = rest.range(of: "-->") else { throw problem("a comment is never closed") }
        rest = rest[end.upperBound...]
        continue
      }
      guard let end = rest[start...].firstIndex(of: ">") else {
        throw problem("a '<' is never closed; copy the file again")
      }
      let tag = rest[rest.index(after: start)..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("?") || tag.hasPrefix("!") || tag.hasSuffix("/") { continue }
      guard tag.hasPrefix("/") else {
        open.append(tag.prefix { !$0.isWhitespace })
        continue
      }
      guard let last = open.popLast(), tag.dropFirst().prefix(while: { !$0.isWhitespace }) == last
      else { throw problem("</\(tag.dropFirst())> closes what is not open") }
      if last == "name" && open == ["annotation", "object"] {
        names.append(content.trimmingCharacters(in: .whitespacesAndNewlines))
      }
    }
    guard open.isEmpty else { throw problem("<\(open[0])> is never closed; copy the file again") }
    return names
  }
}
