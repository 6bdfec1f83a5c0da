import Foundation
import Testing

@testable import Images

private func coco(_ images: [(Int, String)], _ objects: [(image: Int, category: Int)]) -> [UInt8] {
  let images = images.map { #"{"id": \#($0), "file_name": "\#($1)", "width": 6}"# }
  let objects = objects.map {
    #"{"image_id": \#($0.image), "category_id": \#($0.category), "bbox": [0, 0, 1, 1]}"#
  }
  return Array(
    """
    {"images": [\(images.joined(separator: ","))], "annotations": [\(objects.joined(separator: ","))],
     "categories": [{"id": 7, "name": "zebra"}, {"id": 9, "name": "ape"}]}
    """.utf8)
}

private func voc(_ names: [String]) -> [UInt8] {
  let objects = names.map {
    "<object>\n <name>\($0)</name><part><name>head</name></part></object>"
  }
  return Array(
    "<?xml version='1.0'?><annotation><!-- <object> --><folder/>\(objects.joined())</annotation>"
      .utf8)
}

struct ObjectListsTests {
  @Test func theCategoriesOfAnImagesObjectsAreItsTags() throws {
    try withTemporaryFolder { folder in
      for name in ["train2017/a", "train2017/b", "val2017/c"] {
        try writeNoise(to: "\(folder)/\(name).jpg")
      }
      try write(
        coco([(1, "a.jpg"), (2, "b.jpg"), (3, "gone.jpg")], [(1, 9), (1, 7), (1, 9)]),
        to: "\(folder)/annotations/instances_train2017.json")
      try write(
        coco([(1, "c.jpg")], [(1, 7)]), to: "\(folder)/annotations/instances_val2017.json")
      let listing = try ImageSource.scan(folder)
      #expect(
        listing.layout == .coco && listing.task == .tags && listing.classes == ["ape", "zebra"])
      #expect(
        listing.entries.map(\.path) == ["train2017/a.jpg", "train2017/b.jpg", "val2017/c.jpg"])
      #expect(listing.entries.map(\.tags) == [[0, 1], [], [1]])
      #expect(listing.entries.map(\.split) == [.train, .train, .validation])
      #expect(listing.skipped.map(\.path) == ["train2017/gone.jpg"])
      let store = try ImageStore.open(
        folder, options: StoreOptions(cacheFolder: "\(folder)/cache")
      ).store
      #expect(store.tags == [[0, 1], [], [1]])
    }
  }

  @Test func whatALargeListSaysIsKeptUntilItChanges() throws {
    try withTemporaryFolder { folder in
      let (list, cache) = ("\(folder)/large.json", "\(folder)/cache")
      let padding = [UInt8](repeating: 0x20, count: 1_000_000)
      try write(coco([(1, "a.png"), (2, "b.png")], [(1, 7), (1, 9)]) + padding, to: list)
      let first = try CocoObjects.read(list, cacheFolder: cache)
      #expect(first.names == ["ape", "zebra"] && first.found == [[0, 1], []])
      let kept = try FileManager.default.contentsOfDirectory(atPath: cache)
      #expect(kept.count == 1)
      try write(coco([(1, "a.png"), (2, "b.png")], [(2, 7)]) + padding + [0x20], to: list)
      #expect(try CocoObjects.read(list, cacheFolder: cache).found == [[], [1]])
      // What was kept and is damaged is read anew.
      try write([0x7B], to: "\(cache)/\(kept[0])")
      #expect(try CocoObjects.read(list, cacheFolder: cache).found == [[], [1]])
    }
  }

  @Test func aListGivenItselfFindsItsImagesAndSaysWhatIsWrong() throws {
    try withTemporaryFolder { folder in
      try writeNoise(to: "\(folder)/images/a.png")
      let list = "\(folder)/objects.json"
      try write(coco([(1, "a.png")], [(1, 7)]), to: list)
      #expect(try ImageSource.scan(list).entries.map(\.path) == ["images/a.png"])
      try write(coco([(1, "a.png")], [(1, 8)]), to: list)
      #expect(throws: ImageError.self) { try ImageSource.scan(list) }
      try write(coco([(1, "b.png")], []), to: list)
      #expect(throws: ImageError.self) { try ImageSource.scan(list) }
      try write("{}".utf8, to: list)
      let error = #expect(throws: ImageError.self) { try ImageSource.scan(list) }
      #expect(error?.description.contains("the lists 'images', 'categories'") == true)
    }
  }

  @Test func theClassesOfAFolderOfDescriptionsAreTags() throws {
    try withTemporaryFolder { folder in
      for name in ["1", "2", "3", "4"] { try writeNoise(to: "\(folder)/JPEGImages/\(name).jpg") }
      try write(voc(["dog", "cat", "dog"]), to: "\(folder)/Annotations/1.xml")
      try write(voc([]), to: "\(folder)/Annotations/2.xml")
      try write(voc(["cat"]), to: "\(folder)/Annotations/3.xml")
      let all = try ImageSource.scan(folder)
      #expect(all.layout == .voc && all.classes == ["cat", "dog"])
      #expect(all.entries.map(\.tags) == [[0, 1], [], [0], nil])
      try write("1\n2\n".utf8, to: "\(folder)/ImageSets/Main/train.txt")
      try write("3\n".utf8, to: "\(folder)/ImageSets/Main/val.txt")
      let listed = try ImageSource.scan(folder)
      #expect(listed.entries.map(\.split) == [.train, .train, .validation])
      try write("1\n".utf8, to: "\(folder)/ImageSets/Main/test.txt")
      #expect(throws: ImageError.self) { try ImageSource.scan(folder) }
    }
  }

  @Test(arguments: ["<annotation><object>", "<a></b>", "<annotation", "<!-- never closed"])
  func aDescriptionThatIsNoXMLIsAnError(text: String) throws {
    try withTemporaryFolder { folder in
      try writeNoise(to: "\(folder)/JPEGImages/1.jpg")
      try write(text.utf8, to: "\(folder)/Annotations/1.xml")
      #expect(throws: ImageError.self) { try ImageSource.scan(folder) }
    }
  }
}
