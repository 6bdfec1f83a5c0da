import Foundation
import Images
import Testing

/// What a table `name` of this text lists, over images a.png to d.png (any bytes will do).
private func scan(
  _ text: String, as name: String = "labels.csv", given: Bool = false
) throws -> ImageListing {
  try withTemporaryFolder { folder in
    for image in ["a", "b", "c", "d"] { try write([1], to: "\(folder)/\(image).png") }
    try write(text.utf8, to: "\(folder)/\(name)")
    return try ImageSource.scan(given ? "\(folder)/\(name)" : folder)
  }
}

private func message(_ text: String, as name: String = "labels.csv", given: Bool = false) -> String
{
  do {
    _ = try scan(text, as: name, given: given)
    return "no error"
  } catch {
    return "\(error)"
  }
}

struct ManifestTests {
  @Test(
    "Quotes, byte order marks and line ends of all kinds are read alike",
    arguments: [
      "path,label\na.png,x\nb.png,\"y, \"\"z\"\"\"\n",
      "\u{FEFF}path,label\r\na.png,x\r\nb.png,\"y, \"\"z\"\"\"",
      "Label,Path\rx,a.png\r\r\"y, \"\"z\"\"\",\"b.png\"\r",
    ])
  func forms(text: String) throws {
    let listing = try scan(text)
    #expect(listing.layout == .manifest && listing.task == .classes)
    #expect(listing.classes == ["x", "y, \"z\""])
    #expect(listing.entries.map(\.path) == ["a.png", "b.png"])
    #expect(listing.entries.map(\.label) == [0, 1])
  }

  @Test("Tabs and JSON lines mean the same as commas")
  func otherForms() throws {
    let tabs = try scan("file\tlabels\nb.png\tx;y\na.png\t\n", as: "manifest.tsv")
    let json = try scan(
      "{\"file_name\": \"b.png\", \"labels\": [\"x\", \"y\"]}\n\n{\"file_name\": \"a.png\"}\n",
      as: "metadata.jsonl")
    for listing in [tabs, json] {
      #expect(listing.task == .tags && listing.classes == ["x", "y"])
      #expect(listing.entries.map(\.path) == ["a.png", "b.png"])
      #expect(listing.entries.map(\.tags) == [nil, [0, 1]])
    }
  }

  @Test("Splits, groups and left-alone columns")
  func columns() throws {
    let listing = try scan(
      """
      filename,split,group,label,age
      c.png,train,p2,2,70
      a.png,Valid,p1,10,71
      b.png,test,,2,72
      d.png,train,p2,10,73
      """)
    #expect(listing.entries.map(\.split) == [.validation, .test, .train, .train])
    #expect(listing.groupNames == ["b.png", "p1", "p2"])
    #expect(listing.entries.map(\.group) == [1, 0, 2, 2])
    #expect(listing.classes == ["2", "10"])
    #expect(listing.notes.contains { $0.contains("Left alone: 'age'") })
  }

  @Test("The column's name says what is predicted; a column that may be either says what it became")
  func kinds() throws {
    func task(_ column: String, _ fields: [String]) throws -> ImageTask {
      let rows = zip(["a", "b", "c", "d"], fields).map { "\($0).png,\($1)\n" }
      return try scan("path,\(column)\n" + rows.joined()).task
    }
    #expect(try task("label", ["1", "2", "3", "99"]) == .classes)
    #expect(try task("label", ["0.5", "2", "", "99"]) == .values)
    #expect(try task("label", ["x", "x|y", "", "y"]) == .tags)
    #expect(try task("class", ["0.5", "2", "3|4", "99"]) == .classes)
    #expect(try task("labels", ["x", "y", "x", "y"]) == .tags)
    #expect(try task("target", ["1", "0", "1", "0"]) == .classes)
    #expect(try task("target", ["1.5", "0", "1", "0"]) == .values)
    #expect(try task("Value", ["1", "0", "", "0"]) == .values)
    #expect(try task("diagnosis", ["1", "0", "1", "0"]) == .none)
    #expect(try task("label", ["", "", "", ""]) == .none)
  }

  @Test("Columns of zeros and ones are tags, an empty row is unlabelled")
  func flags() throws {
    let listing = try scan("path,age,x,y\nb.png,31,1,0\na.png,45,1,1\nc.png,9,,\nd.png,1,0,0\n")
    #expect(listing.task == .tags && listing.classes == ["x", "y"])
    #expect(listing.entries.map(\.tags) == [[0, 1], [0], nil, []])
  }

  @Test("A path may lead out of the table's folder if a file is there")
  func outside() throws {
    try withTemporaryFolder { folder in
      try writeNoise(to: "\(folder)/pictures/a.png", seed: 1)
      try writeNoise(to: "\(folder)/elsewhere/b.png", seed: 2)
      let text = "path,label\n../pictures/./a.png,x\n\(folder)/elsewhere/b.png,y\n"
      try write(text.utf8, to: "\(folder)/tables/fold.csv")
      try write(text.replacing(",y", with: ",x").utf8, to: "\(folder)/tables/other.csv")
      let options = StoreOptions(cacheFolder: "\(folder)/cache")
      let store = try ImageStore.open("\(folder)/tables/fold.csv", options: options).store
      #expect(store.classes == ["x", "y"] && store.skipped.isEmpty)
      #expect(store.paths == ["../pictures/a.png", "\(folder)/elsewhere/b.png"])
      #expect(store.pixels(at: 1) == noise(72, seed: 2))
      // Two tables of one folder have a store each.
      let other = try ImageStore.open("\(folder)/tables/other.csv", options: options)
      #expect(other.store.classes == ["x"] && other.report.outcome == .built)
      let again = try ImageStore.open("\(folder)/tables/fold.csv", options: options)
      #expect(again.report.outcome == .opened)
    }
  }

  @Test(
    "What is wrong is said with its line, its field and the mend",
    arguments: [
      ("path,label\na.png,x\nmissing.png,y\nz.png,y\n", "line 3, field 'path': 'missing.png'"),
      ("path,label\na.png,x\n./a.png,y\n", "'a.png' is listed in line 2 already. Remove one"),
      (
        "path,split\na.png,train\nb.png,dev\n", "line 3, field 'split': found 'dev', expected train"
      ),
      ("path,group,split\na.png,g,train\nb.png,g,test\n", "group 'g' is in test here and in train"),
      (
        "path,label,split\na.png,x,train\nb.png,y,test\n", "line 3: class 'y' has no training image"
      ),
      ("path,split\na.png,test\n", "Give some the split train"),
      ("path,label\na.png,\"x\nb.png,y\n", "line 2: a quote that is opened here is never closed"),
      ("path,label\na.png,\"x\"z\n", "line 2: text follows a closing quote"),
      ("path,label\na.png,x,y\n", "line 2: it has 3 fields, the first line names 2 columns"),
      ("path,label,label\na.png,x,y\n", "two columns are named 'label'"),
      ("path,label,value\na.png,x,1\n", "the columns 'label' and 'value'"),
      ("path,value\na.png,1\nb.png,nan\n", "line 3, field 'value': found 'nan', expected a finite"),
      ("path,x,y\na.png,1,0\nb.png,1,\n", "line 3, field 'y': found nothing, expected 0 or 1"),
      ("path,label\n", "it lists nothing"),
      ("", "it lists nothing"),
      ("path,label\n,x\n", "line 2, field 'path': found nothing"),
      ("path,label\n.,x\n", "field 'path': '.' is not a file"),
    ])
  func errors(text: String, expected: String) {
    #expect(message(text).contains(expected), "\(message(text))")
  }

  @Test("Text that is not UTF-8 and JSON that is none are errors that name the line")
  func encodings() throws {
    try withTemporaryFolder { folder in
      try write(
        Array("path,label\na.png,x\nb.png,".utf8) + [0xE9, 0x0A], to: "\(folder)/labels.csv")
      let error = #expect(throws: ImageError.self) { try ImageSource.scan(folder) }
      #expect(error?.description.contains("line 3: its text is not UTF-8") == true)
    }
    let broken = "{\"path\": \"a.png\"}\n{\"path\": \"b.png\"\n"
    #expect(message(broken, as: "labels.jsonl").contains("line 2: it is no JSON object"))
    let two = "{\"path\": \"a.png\"}\n{\"path\": \"b.png\"},{\"path\": \"c.png\"}\n"
    #expect(message(two, as: "labels.jsonl").contains("line 2: it is no JSON object"))
  }

  @Test("A table of other facts does not cost class folders their classes")
  func besideFolders() throws {
    try withTemporaryFolder { folder in
      for path in ["x/1.png", "y/2.png"] { try write([1], to: "\(folder)/\(path)") }
      try write("path,age\nx/1.png,30\ny/2.png,40\n".utf8, to: "\(folder)/metadata.csv")
      let folders = try ImageSource.scan(folder)
      #expect(folders.layout == .classFolders && folders.classes == ["x", "y"])
      #expect(folders.notes.contains { $0.hasPrefix("metadata.csv has no column to predict") })
      #expect(try ImageSource.scan("\(folder)/metadata.csv").task == .none)
      try write("path,value\nx/1.png,30\ny/2.png,40\n".utf8, to: "\(folder)/metadata.csv")
      #expect(try ImageSource.scan(folder).task == .values)
    }
  }

  @Test("A table without paths is left alone in a folder, and an error where it is given")
  func noPaths() throws {
    #expect(message("id,name\n1,x\n", given: true).contains("Name it 'path'"))
    let listing = try scan("id,name\n1,x\n")
    #expect(listing.layout == .imagesAlone && listing.count == 4)
    #expect(listing.notes.contains { $0.hasPrefix("labels.csv has no column 'path'") })
    #expect(message("text", as: "notes.txt", given: true).contains("a file of no known kind"))
  }
}
