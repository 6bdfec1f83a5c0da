import Foundation
import Images
import Testing

/// `scan` looks at names and stamps only: any bytes will do.
private func touch(_ paths: [String], in folder: String) throws {
  for path in paths { try write([1], to: "\(folder)/\(path)") }
}

private func scanError(_ path: String) -> ImageError? {
  do throws(ImageError) {
    _ = try ImageFolder.scan(path)
    return nil
  } catch {
    return error
  }
}

struct ImageFolderTests {
  @Test("Class folders give sorted classes and entries; hidden and other files are ignored")
  func classFolders() throws {
    try withTemporaryFolder { folder in
      try touch(
        [
          "dog/b.JPG", "dog/a.png", "cat/deep/er/c.webp", "cat/.hidden.png", "cat/n.txt", "empty/x",
        ],
        in: folder)
      let listing = try ImageFolder.scan(folder)
      #expect(listing.classes == ["cat", "dog"])
      #expect(listing.entries.map(\.path) == ["cat/deep/er/c.webp", "dog/a.png", "dog/b.JPG"])
      #expect(listing.entries.map(\.label) == [0, 1, 1])
      #expect(!listing.hasSplits && listing.skipped.isEmpty)
    }
  }

  @Test("train, valid and test folders share the classes of train", arguments: ["val", "Valid"])
  func splits(validation: String) throws {
    try withTemporaryFolder { folder in
      try touch(
        ["train/a/1.png", "train/b/2.png", "\(validation)/b/3.png", "test/b/4.png", "loose.png"],
        in: folder)
      let listing = try ImageFolder.scan(folder)
      #expect(listing.classes == ["a", "b"])
      let parts = Dictionary(uniqueKeysWithValues: listing.entries.map { ($0.path, $0) })
      #expect(parts["train/b/2.png"]?.label == 1)
      #expect(parts["\(validation)/b/3.png"]?.split == .validation)
      #expect(parts["test/b/4.png"]?.label == 1)
      #expect(listing.skipped.map(\.path) == ["loose.png"])
    }
  }

  @Test(
    "Flat folders, and those with one sub-folder, have no labels",
    arguments: [["a.png", "b.png"], ["all/a.png", "all/b.png"], ["x/a.png", "b.png", "c.png"]])
  func flat(paths: [String]) throws {
    try withTemporaryFolder { folder in
      try touch(paths, in: folder)
      let listing = try ImageFolder.scan(folder)
      #expect(listing.classes.isEmpty && listing.entries.map(\.label) == paths.map { _ in nil })
    }
  }

  @Test("One stray picture beside the classes does not cost the labels, and is named")
  func strayImage() throws {
    try withTemporaryFolder { folder in
      try touch(["a/1.png", "b/2.png", "overview.png"], in: folder)
      let listing = try ImageFolder.scan(folder)
      #expect(listing.classes == ["a", "b"] && listing.count == 2)
      #expect(listing.skipped.map(\.path) == ["overview.png"])
    }
  }

  @Test("A class that train lacks, and a test split without train, are errors that name it")
  func disagreeingSplits() throws {
    try withTemporaryFolder { folder in
      try touch(["train/a/1.png", "train/b/1.png", "test/a/1.png", "test/c/1.png"], in: folder)
      #expect(scanError(folder)?.description.contains("class 'c' is not in train/") == true)
      try touch(["only/test/a/1.png", "only/test/b/1.png"], in: folder)
      #expect(scanError("\(folder)/only")?.description.contains("has test/ but no train/") == true)
    }
  }

  @Test("A folder of several sets is no set of classes")
  func severalSets() throws {
    try withTemporaryFolder { folder in
      for path in ["a/train/x/1.png", "a/test/x/2.png", "b/images/3.png", "b/masks/3.png"] {
        try write([1], to: "\(folder)/sets/\(path)")
      }
      try write([1], to: "\(folder)/sets/c/4.png")
      try write("path,label\n4.png,x\n".utf8, to: "\(folder)/sets/c/labels.csv")
      do {
        _ = try ImageFolder.scan("\(folder)/sets")
        Issue.record("it was taken for one set")
      } catch {
        guard case ImageError.severalSets(_, let sets) = error else { throw error }
        #expect(sets == ["a", "b", "c"] && "\(error)".contains("/sets/a"))
      }
      // A class may well have a folder of one of these names.
      for path in ["car/train/1.png", "car/2.png", "ship/images/3.png", "bus/4.png"] {
        try write([1], to: "\(folder)/classes/\(path)")
      }
      #expect(try ImageFolder.scan("\(folder)/classes").classes == ["bus", "car", "ship"])
    }
  }

  @Test("What is no folder of images is said plainly")
  func badFolders() throws {
    try withTemporaryFolder { folder in
      #expect(scanError("\(folder)/none") == .noSuchPath("\(folder)/none"))
      #expect(scanError(folder)?.description.contains("is empty. Expected images (bmp") == true)
      for number in 0..<12 { try touch(["\(number).txt"], in: folder) }
      #expect(scanError(folder)?.description.contains("found 12 .txt files") == true)
      #expect(scanError("\(folder)/1.txt") == .notADirectory("\(folder)/1.txt"))
    }
  }

  @Test("One image is a listing of one")
  func oneImage() throws {
    try withTemporaryFolder { folder in
      try touch(["only.png"], in: folder)
      #expect(try ImageFolder.scan(folder).count == 1)
    }
  }

  @Test("A link back to the folder ends; a broken link is listed as skipped")
  func links() throws {
    try withTemporaryFolder { folder in
      try touch(["a/1.png", "b/2.png"], in: folder)
      let manager = FileManager.default
      try manager.createSymbolicLink(atPath: "\(folder)/a/loop", withDestinationPath: folder)
      try manager.createSymbolicLink(atPath: "\(folder)/a/x.png", withDestinationPath: "/no/where")
      let listing = try ImageFolder.scan(folder)
      #expect(listing.entries.map(\.path) == ["a/1.png", "b/2.png"])
      #expect(listing.skipped.map(\.path) == ["a/loop", "a/x.png"])
      #expect(listing.skipped.last?.reason == "a broken link")
    }
  }

  @Test(
    "A folder that may not be listed is an error at the top and skipped below",
    .enabled(if: geteuid() != 0, "root may list every folder"))
  func permissions() throws {
    try withTemporaryFolder { folder in
      try touch(["a/1.png", "b/2.png"], in: folder)
      chmod("\(folder)/b", 0)
      #expect(try ImageFolder.scan(folder).skipped.map(\.path) == ["b"])
      chmod(folder, 0)
      #expect(scanError(folder) == .permissionDenied(folder))
      chmod(folder, 0o755)
      chmod("\(folder)/b", 0o755)
    }
  }
}
