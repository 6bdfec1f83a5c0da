import Foundation
import Torch

/// Images in tar files, as WebDataset has them: files of one name but for the ending belong together,
/// an image and what is known of it.
///
/// What there is to predict comes from `NAME.cls` (a class, by number or name) or from `NAME.json`
/// (an object with `label`, `class`, `cls` or `labels`, the last a list of tags). The name of a tar
/// file tells its split, where it has the word train, val or test. The files may be read in place,
/// since tar does not compress; `.tar.gz` must be unpacked first.
enum WebDataset {
  private struct Sample {
    var image: TarArchive.Entry?
    var text: String?
    var facts: Facts?
  }

  /// What the JSON beside an image may say.
  private struct Facts: Decodable {
    var label: Value?
    var labels: [Value]?
    var `class`: Value?
    var cls: Value?
  }

  private struct Value: Decodable {
    var text: String

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      text = try (try? value.decode(Int.self)).map(String.init) ?? value.decode(String.self)
    }
  }

  /// The images of the tar files in a folder, or of one tar file; absolute paths. Nil where there is
  /// none.
  static func scan(_ path: String) throws(ImageError) -> ImageListing? {
    var names = [(path as NSString).lastPathComponent]
    var root = (path as NSString).deletingLastPathComponent
    if let status = FolderWalk.status(path), status.st_mode & S_IFMT == S_IFDIR {
      root = path
      names = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
        .filter { FolderWalk.fileExtension(of: $0) == "tar" }
    }
    if names.isEmpty { return nil }
    var listing = ImageListing(source: path, root: root)
    listing.layout = .webDataset
    var classes: [String?] = []
    var tags: [[String]?] = []
    for name in names {
      let file = "\(root)/\(name)"
      guard let status = FolderWalk.status(file), status.st_size > 0,
        let mapping = PixelMapping(path: file, length: Int(status.st_size))
      else { throw .cannotRead(path: file, reason: "it is empty, or cannot be mapped into memory") }
      let split = split(of: name)
      for (key, sample) in try samples(mapping.bytes, file).sorted(by: { $0.key < $1.key }) {
        guard let image = sample.image else { continue }
        let suffix = FolderWalk.fileExtension(of: image.name)
        var entry = ImageListing.Entry(
          path: "\(name)/\(key).\(suffix)", split: split, bytes: image.range.count,
          modified: FolderWalk.modified(status))
        entry.stretch = ImageListing.Stretch(file: file, range: image.range)
        listing.entries.append(entry)
        let label =
          sample.text ?? (sample.facts?.label ?? sample.facts?.class ?? sample.facts?.cls)?.text
        classes.append(label)
        tags.append(sample.facts?.labels?.map(\.text))
      }
    }
    guard !listing.entries.isEmpty else {
      throw .noImages(path: path, others: ["tar": names.count])
    }
    guard listing.entries.contains(where: { $0.split == .train }) else {
      throw .noTrainSplit(path: root, found: names)
    }
    addTargets(classes, tags, to: &listing)
    listing.notes.insert(
      names.count == 1 ? "Images are in \(names[0])." : "Images are in \(names.count) tar files.",
      at: 0)
    listing.entries.sort { $0.path < $1.path }
    return listing
  }

  private static func addTargets(
    _ classes: [String?], _ tags: [[String]?], to listing: inout ImageListing
  ) {
    if classes.contains(where: { $0 != nil }) {
      listing.task = .classes
      listing.classes = TableTargets.sortedClasses(Set(classes.compactMap(\.self)))
      let indices = Dictionary(uniqueKeysWithValues: zip(listing.classes, 0...))
      for position in classes.indices {
        listing.entries[position].label = classes[position].flatMap { indices[$0] }
      }
      listing.notes.append("The files .cls or .json beside them give classes.")
    } else if tags.contains(where: { $0 != nil }) {
      listing.task = .tags
      listing.classes = TableTargets.sortedClasses(Set(tags.compactMap(\.self).joined()))
      let indices = Dictionary(uniqueKeysWithValues: zip(listing.classes, 0...))
      for position in tags.indices {
        listing.entries[position].tags = tags[position].map { tags in
          Set(tags.compactMap { indices[$0] }).sorted()
        }
      }
      listing.notes.append("The lists 'labels' in the files .json beside them are tags.")
    }
  }

  private static func samples(
    _ bytes: UnsafeRawBufferPointer, _ file: String
  ) throws(ImageError) -> [String: Sample] {
    let archive: TarArchive
    do {
      archive = try TarArchive(bytes)
    } catch {
      throw .arrays(path: file, problem: error.reason)
    }
    var samples: [String: Sample] = [:]
    for entry in archive.entries where entry.kind == .file {
      // The name ends at the first dot of its last part; what follows is the ending.
      let start =
        entry.name.lastIndex(of: "/").map(entry.name.index(after:)) ?? entry.name.startIndex
      guard let dot = entry.name[start...].firstIndex(of: ".") else { continue }
      let key = String(entry.name[..<dot])
      let suffix = entry.name[entry.name.index(after: dot)...].lowercased()
      let content = UnsafeRawBufferPointer(rebasing: bytes[entry.range])
      switch suffix {
      case "cls", "cls.txt":
        samples[key, default: Sample()].text = String(decoding: content, as: UTF8.self)
          .trimmingCharacters(in: .whitespacesAndNewlines)
      case "json":
        do {
          samples[key, default: Sample()].facts = try JSONDecoder().decode(
            Facts.self, from: Data(content))
        } catch {
          throw .arrays(
            path: file,
            problem: "\(entry.name): it is no JSON object whose label, class or cls is a text or a "
              + "whole number, and whose labels are a list of these")
        }
      default:
        if ImageFolder.extensions.contains(FolderWalk.fileExtension(of: entry.name)) {
          samples[key, default: Sample()].image = entry
        }
      }
    }
    return samples
  }

  private static func split(of name: String) -> Split {
    let words = name.lowercased().split { !$0.isLetter }
    return words.lazy.compactMap { Split(folder: $0) }.first ?? .train
  }
}
