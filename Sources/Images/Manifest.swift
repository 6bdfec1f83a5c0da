import Foundation

/// Image sets that a table lists: `labels`, `manifest` or `metadata` with the ending `.csv`, `.tsv`
/// or `.jsonl` in a folder, or any such file given itself.
///
/// Columns, upper and lower case alike: `path` (or `file`, `filename`, `file_name`, `image`), relative
/// to the table's folder; what to predict, see `TableTargets`; `split` (train, val, valid, validation
/// or test; all are train without it); `group`, which no two splits may share. Other columns are left
/// alone. A path may lead out of the folder, or be absolute: the file must exist and be readable then
/// as any other.
enum Manifest {
  /// The name of a folder's table without its ending, in order of preference.
  static let names = ["labels", "manifest", "metadata"]

  private static let pathColumns = ["path", "file", "filename", "file_name", "image"]

  /// The table in a folder, nil if none.
  static func find(in folder: String) -> String? {
    for name in names {
      for suffix in TextTable.extensions {
        let path = "\(folder)/\(name).\(suffix)"
        if let status = FolderWalk.status(path), status.st_mode & S_IFMT == S_IFREG { return path }
      }
    }
    return nil
  }

  /// The images of the table `path`, an absolute path; nil if it has no column of paths and
  /// `isGiven`, whether the user named the table itself, is false.
  static func scan(_ path: String, isGiven: Bool) throws(ImageError) -> ImageListing? {
    let table = try TextTable(path)
    let columns = table.columns.map { $0.lowercased() }
    let found = pathColumns.compactMap(columns.firstIndex)
    guard let pathColumn = found.first else {
      if !isGiven { return nil }
      throw table.problem(
        "found the columns \(table.columns.map { "'\($0)'" }.joined(separator: ", ")), none with the "
          + "images' paths. Name it 'path'", line: 1)
    }
    let splitColumn = columns.firstIndex(of: "split")
    let groupColumn = columns.firstIndex(of: "group")
    let targets = try TableTargets(
      table, excluding: Set([pathColumn, splitColumn, groupColumn].compactMap(\.self)))

    let root = (path as NSString).deletingLastPathComponent
    var listing = ImageListing(source: isGiven ? path : root, root: root, classes: targets.classes)
    listing.layout = .manifest
    listing.task = targets.task
    listing.notes = ["\((path as NSString).lastPathComponent) lists the images."] + targets.notes
    listing.entries = try entries(table, pathColumn, in: root)
    for (position, row) in table.rows.enumerated() {
      listing.entries[position].label = targets.labels[position]
      listing.entries[position].tags = targets.tags[position]
      listing.entries[position].value = targets.values[position]
      guard let splitColumn else { continue }
      let name = row.fields[splitColumn].trimmed
      guard let split = Split(folder: name[...]) else {
        throw table.problem(
          "found '\(name)', expected train, val, valid, validation or test", line: row.line,
          field: table.columns[splitColumn])
      }
      listing.entries[position].split = split
    }
    try checkClasses(listing, table)
    if let groupColumn { try addGroups(groupColumn, of: table, to: &listing) }
    listing.entries.sort { $0.path < $1.path }
    return listing
  }

  /// An entry for each row, in the table's order.
  private static func entries(
    _ table: TextTable, _ column: Int, in root: String
  ) throws(ImageError) -> [ImageListing.Entry] {
    var lines: [String: Int] = [:]
    lines.reserveCapacity(table.rows.count)
    var entries: [ImageListing.Entry] = []
    entries.reserveCapacity(table.rows.count)
    var missing: [(row: TextTable.Row, reason: String)] = []
    for row in table.rows {
      let path = simplified(row.fields[column])
      guard !path.isEmpty else {
        throw table.problem(
          "found nothing, expected an image's path", line: row.line, field: table.columns[column])
      }
      if let first = lines.updateValue(row.line, forKey: path) {
        throw table.problem(
          "'\(path)' is listed in line \(first) already. Remove one of the two", line: row.line,
          field: table.columns[column])
      }
      let file = ImageListing.file(path, in: root)
      guard let status = FolderWalk.status(file) else {
        missing.append((row, errno == ENOENT ? "does not exist" : FolderWalk.reason(errno)))
        continue
      }
      guard status.st_mode & S_IFMT == S_IFREG else {
        missing.append((row, "is not a file"))
        continue
      }
      entries.append(
        ImageListing.Entry(
          path: path, bytes: Int(status.st_size), modified: FolderWalk.modified(status)))
    }
    if let first = missing.first {
      let more = missing.count == 1 ? "" : " (nor \(missing.count - 1) more)"
      throw table.problem(
        "'\(first.row.fields[column])' \(first.reason)\(more). Paths are relative to \(root), with the "
          + "file's ending; mend them or remove the lines", line: first.row.line,
        field: table.columns[column])
    }
    return entries
  }

  /// Without `.`, empty parts, and `..` behind a folder.
  static func simplified(_ path: String) -> String {
    if !path.utf8.contains(UInt8(ascii: ".")) { return path }
    let isPlain =
      !path.hasPrefix("/") && !path.hasPrefix("./") && !path.contains("/.")
      && !path.contains("//") && !path.hasPrefix("..")
    if isPlain { return path }
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." {
        parts.removeLast()
      } else {
        parts.append(part)
      }
    }
    return (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
  }

  /// A class that no training image has cannot be learnt. Entries are in the table's order.
  private static func checkClasses(_ listing: ImageListing, _ table: TextTable) throws(ImageError) {
    guard listing.entries.contains(where: { $0.split == .train }) else {
      throw table.problem("all images are of split val or test. Give some the split train")
    }
    let known = Set(listing.entries.filter { $0.split == .train }.compactMap(\.label))
    for (position, entry) in listing.entries.enumerated() {
      guard let label = entry.label, !known.contains(label) else { continue }
      throw table.problem(
        "class '\(listing.classes[label])' has no training image. Give one the split train, or leave "
          + "this label empty", line: table.rows[position].line)
    }
  }

  /// Entries are in the table's order.
  private static func addGroups(
    _ column: Int, of table: TextTable, to listing: inout ImageListing
  ) throws(ImageError) {
    var first: [String: Int] = [:]
    var names: [String] = []
    for (position, row) in table.rows.enumerated() {
      let text = row.fields[column].trimmed
      names.append(text.isEmpty ? listing.entries[position].path : text)
      guard let other = first[names[position]] else {
        first[names[position]] = position
        continue
      }
      let (here, there) = (listing.entries[position].split, listing.entries[other].split)
      if here != there {
        throw table.problem(
          "group '\(text)' is in \(here.rawValue) here and in \(there.rawValue) in line "
            + "\(table.rows[other].line). Give all images of a group one split", line: row.line,
          field: table.columns[column])
      }
    }
    listing.groupNames = first.keys.sorted()
    let indices = Dictionary(uniqueKeysWithValues: zip(listing.groupNames, 0...))
    for position in names.indices { listing.entries[position].group = indices[names[position]] }
    listing.notes.append("Column '\(table.columns[column])' gives groups that no split may share.")
  }
}
