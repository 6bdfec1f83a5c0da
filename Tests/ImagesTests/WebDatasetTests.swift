import Foundation
import TestSupport
import Testing

@testable import Images

/// The bytes of a PNG of noise.
private func png(_ seed: UInt64) throws -> (file: [UInt8], pixels: [UInt8]) {
  try withTemporaryFolder { folder in
    let pixels = try writeNoise(to: "\(folder)/x.png", seed: seed)
    return ([UInt8](try Data(contentsOf: URL(filePath: "\(folder)/x.png"))), pixels)
  }
}

private func open(_ tars: [String: [SampleArchives.Entry]]) throws -> (
  store: ImageStore, report: BuildReport
) {
  try withTemporaryFolder { folder in
    for (name, entries) in tars {
      try write(SampleArchives.tar(entries), to: "\(folder)/set/\(name)")
    }
    return try ImageStore.open(
      "\(folder)/set", options: StoreOptions(cacheFolder: "\(folder)/cache"))
  }
}

struct WebDatasetTests {
  @Test func imagesAreReadInPlaceWithTheirClassesAndSplits() throws {
    let (a, b, c) = (try png(1), try png(2), try png(3))
    let (store, report) = try open([
      "train-000.tar": [
        .init(name: "x/0001.png", bytes: a.file),
        .init(name: "x/0001.cls", bytes: Array("1\n".utf8)),
        .init(name: "x/0002.cls", bytes: Array("10".utf8)),
        .init(name: "x/0002.png", bytes: b.file),
      ],
      "test-000.tar": [
        .init(name: "0001.jpeg", bytes: c.file), .init(name: "0001.cls", bytes: Array("10".utf8)),
      ],
    ])
    #expect(report.layout == .webDataset && store.task == .classes && store.classes == ["1", "10"])
    #expect(
      store.paths == [
        "test-000.tar/0001.jpeg", "train-000.tar/x/0001.png", "train-000.tar/x/0002.png",
      ])
    #expect(store.splits == [.test, .train, .train] && store.labels == [1, 0, 1])
    #expect(store.pixels(at: 0) == c.pixels && store.pixels(at: 1) == a.pixels)
    #expect(store.pixels(at: 2) == b.pixels)
  }

  @Test func factsInJSONAreClassesOrTags() throws {
    let image = try png(1).file
    func facts(_ json: [String]) throws -> ImageStore {
      try open([
        "a.tar": json.enumerated().flatMap { position, text in
          [
            SampleArchives.Entry(name: "\(position).png", bytes: image),
            .init(name: "\(position).json", bytes: Array(text.utf8)),
          ]
        }
      ]).store
    }
    let classes = try facts([#"{"label": "cat", "width": 3.5}"#, #"{"class": "dog"}"#, "{}"])
    #expect(classes.classes == ["cat", "dog"] && classes.labels == [0, 1, nil])
    let tags = try facts([#"{"labels": ["b", "a"]}"#, #"{"labels": []}"#, "{}"])
    #expect(tags.task == .tags && tags.tags == [[0, 1], [], nil])
    #expect(throws: ImageError.self) { try facts(["[1]"]) }
  }

  @Test func aDamagedImageIsSkippedAndADamagedTarIsAnError() throws {
    let image = try png(1).file
    let (store, report) = try open([
      "a.tar": [
        .init(name: "0.png", bytes: image), .init(name: "1.png", bytes: Array(image.prefix(60))),
      ]
    ])
    #expect(store.count == 1 && report.skipped.map(\.path) == ["a.tar/1.png"])
    try withTemporaryFolder { folder in
      let tar = SampleArchives.tar([.init(name: "0.png", bytes: image)])
      try write(Array(tar.prefix(600)), to: "\(folder)/a.tar")
      #expect(throws: ImageError.self) { try ImageSource.scan("\(folder)/a.tar") }
      try write(noise(2000), to: "\(folder)/a.tar")
      #expect(throws: ImageError.self) { try ImageSource.scan("\(folder)/a.tar") }
    }
  }

  @Test func longNamesAndTIFFsWithinTarAreRead() throws {
    let tiff = SampleTIFF(
      width: 4, height: 4, channels: 5, samples: .bytes(noise(80)), extra: 0
    ).bytes
    let name = String(repeating: "n", count: 150)
    let record = "path=\(name).tif\n"
    let pax = "\(record.utf8.count + 4) \(record)"
    let store = try open([
      "a.tar": [
        .init(name: "pax", bytes: Array(pax.utf8), type: "x"),
        .init(name: "short.tif", bytes: tiff),
      ]
    ]).store
    #expect(store.paths == ["a.tar/\(name).tif"] && store.channels == 5)
    #expect(store.pixels(at: 0) == noise(80))
  }
}
