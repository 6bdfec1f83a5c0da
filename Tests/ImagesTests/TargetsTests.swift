import Foundation
import Testing

@testable import Images

/// A folder of four images, 6 × 4, and the store's options; `listing` makes what is listed of it.
private func withFour(_ body: (ImageListing, StoreOptions) throws -> Void) throws {
  try withTemporaryFolder { folder in
    for seed in 0..<4 { try writeNoise(to: "\(folder)/i/\(seed).png", seed: UInt64(seed)) }
    try body(try ImageFolder.scan("\(folder)/i"), StoreOptions(cacheFolder: "\(folder)/cache"))
  }
}

struct TargetsTests {
  @Test("Tags, values and groups are stored, found again, and rebuilt where they change")
  func columns() throws {
    try withFour { plain, options in
      var listing = plain
      listing.task = .tags
      listing.classes = ["x", "y"]
      listing.groupNames = ["p", "q"]
      let tags: [[Int]?] = [[0, 1], [], nil, [1]]
      for position in 0..<4 {
        listing.entries[position].tags = tags[position]
        listing.entries[position].group = position / 2
      }
      let (store, _) = try ImageStore.open(listing, options: options)
      #expect(store.task == .tags && store.tags == tags && store.classes == ["x", "y"])
      #expect(store.groups == [0, 0, 1, 1] && store.groupNames == ["p", "q"])
      #expect(store.labels == [nil, nil, nil, nil] && store.values == [nil, nil, nil, nil])
      #expect(store.masks == nil && store.mask(at: 0) == nil)
      let (again, report) = try ImageStore.open(listing, options: options)
      #expect(report.outcome == .opened && again.tags == tags)

      listing.entries[2].tags = [0]
      let (changed, second) = try ImageStore.open(listing, options: options)
      #expect(second.outcome == .updated && second.decoded == 0 && changed.tags[2] == [0])
      #expect(changed.contentHash != store.contentHash)

      listing.task = .values
      listing.classes = []
      for position in 0..<4 {
        listing.entries[position].tags = nil
        listing.entries[position].value = position == 1 ? nil : Double(position) / 3
      }
      let values = try ImageStore.open(listing, options: options).store
      #expect(values.values == [0, nil, 2.0 / 3, 1] && values.tags == [nil, nil, nil, nil])
      listing.entries[3].group = 0
      let regrouped = try ImageStore.open(listing, options: options).store
      #expect(regrouped.contentHash != values.contentHash)
    }
  }

  @Test("A set of one class an image keeps the content hash by which studies know it")
  func plainHash() throws {
    try withFour { plain, options in
      let store = try ImageStore.open(plain, options: options).store
      var text = "4 6 3\n"
      for index in 0..<4 { text += "- train \(Digest.sha256(Data(store.pixels(at: index))))\n" }
      #expect(store.contentHash == Digest.sha256(text))
    }
  }
}
