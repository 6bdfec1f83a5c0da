import Foundation
import Testing

@testable import Images

struct StoreIndexTests {
  @Test func columnsEncodedOneByOneAreTheIndexEncodedWhole() throws {
    try withTemporaryFolder { folder in
      for name in ["a/\"images\":{", "a/é", "b/c"] {
        try writeNoise(to: "\(folder)/set/\(name).png")
      }
      let options = StoreOptions(cacheFolder: "\(folder)/cache")
      _ = try ImageStore.open("\(folder)/set", options: options)
      let file = try #require(
        FileManager.default.contentsOfDirectory(atPath: "\(folder)/cache")
          .first { $0.hasSuffix(".json") })
      let written = try #require(FileManager.default.contents(atPath: "\(folder)/cache/\(file)"))
      var index = try JSONDecoder().decode(StoreIndex.self, from: written)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      #expect(try encoder.encode(index) == written)
      index.images.tags = [[0], nil, []]
      index.images.values = [0.5, nil, 1e300]
      index.images.groups = [0, 1, 1]
      index.images.masks = StoreIndex.Masks(
        paths: ["x"], bytes: [1], modified: [2], digests: ["3"])
      #expect(try encoder.encode(index) == index.encoded())
    }
  }
}
