import Dispatch
import Foundation
import Images
import Synchronization
import Testing

/// A folder of 2 classes with 4 images each, and where its store goes.
private func withImages(_ body: (String, StoreOptions) throws -> Void) throws {
  try withTemporaryFolder { folder in
    for seed in 0..<8 {
      let path = "\(folder)/images/\(seed % 2 == 0 ? "a" : "b")/\(seed).png"
      try writeNoise(to: path, seed: UInt64(seed))
    }
    try body("\(folder)/images", StoreOptions(cacheFolder: "\(folder)/cache"))
  }
}

private func files(in options: StoreOptions, ending suffix: String) throws -> [String] {
  let folder = options.cacheFolder ?? ""
  return try FileManager.default.contentsOfDirectory(atPath: folder)
    .filter { $0.hasSuffix(suffix) }.map { "\(folder)/\($0)" }
}

struct ImageStoreTests {
  @Test("Images of one size are stored byte for byte")
  func exact() throws {
    try withImages { folder, options in
      let (store, report) = try ImageStore.open(folder, options: options)
      #expect(store.count == 8 && shape(store) == "4 x 6 x 3")
      #expect(store.paths.first == "a/0.png" && store.paths.last == "b/7.png")
      #expect(store.labels == [0, 0, 0, 0, 1, 1, 1, 1] && store.classes == ["a", "b"])
      for (index, seed) in [0, 2, 4, 6, 1, 3, 5, 7].enumerated() {
        #expect(store.pixels(at: index) == noise(72, seed: UInt64(seed)))
      }
      #expect(store.withUnsafeBytes { $0.count } == 8 * 72)
      #expect(report.outcome == .built && report.decoded == 8 && report.skipped.isEmpty)
    }
  }

  @Test("Other shapes are resized to the median one, their aspect ratio kept")
  func shapes() throws {
    try withTemporaryFolder { folder in
      try writeNoise(to: "\(folder)/i/a.png", width: 60, height: 40)
      try writeNoise(to: "\(folder)/i/b.png", width: 60, height: 40)
      try writeNoise(to: "\(folder)/i/c.png", width: 20, height: 50)
      var options = StoreOptions(maxShorterSide: 10, cacheFolder: "\(folder)/cache")
      let store = try ImageStore.open("\(folder)/i", options: options).store
      #expect(store.count == 3 && shape(store) == "10 x 15 x 3")
      #expect(store.aspectRatios == [1.5, 1.5, 0.4])
      options.maxShorterSide = 1000
      let large = try ImageStore.open("\(folder)/i", options: options).store
      #expect(shape(large) == "40 x 60 x 3")
    }
  }

  @Test("Grey images take one channel; among coloured ones they take three")
  func channels() throws {
    try withTemporaryFolder { folder in
      let pixels = try writeNoise(to: "\(folder)/i/grey.png", channels: 1)
      var options = StoreOptions(cacheFolder: "\(folder)/cache")
      let grey = try ImageStore.open("\(folder)/i", options: options).store
      #expect(grey.channels == 1 && grey.pixels(at: 0) == pixels)
      try writeNoise(to: "\(folder)/i/rgb.png")
      let rgb = try ImageStore.open("\(folder)/i", options: options).store
      #expect(rgb.channels == 3 && rgb.pixels(at: 0) == pixels.flatMap { [$0, $0, $0] as [UInt8] })
      options.channels = .gray
      #expect(try ImageStore.open("\(folder)/i", options: options).store.channels == 1)
    }
  }

  @Test("A second call decodes nothing, later ones what changed, with a new store's result")
  func updates() throws {
    try withImages { folder, options in
      let first = try ImageStore.open(folder, options: options).store
      let (second, report) = try ImageStore.open(folder, options: options)
      #expect(report.outcome == .opened && report.decoded == 0 && report.reused == 8)
      #expect(second.contentHash == first.contentHash)

      try writeNoise(to: "\(folder)/a/new.png", seed: 20)
      try writeNoise(to: "\(folder)/b/3.png", seed: 21)
      try FileManager.default.removeItem(atPath: "\(folder)/a/0.png")
      try write("text".utf8, to: "\(folder)/b/bad.png")
      let calls = Mutex<[String]>([])
      let (updated, change) = try ImageStore.open(folder, options: options) { done, total in
        calls.withLock { $0.append("\(done) of \(total)") }
      }
      #expect(change.outcome == .updated && change.decoded == 2 && change.reused == 6)
      #expect(calls.withLock { $0 } == ["1 of 2", "2 of 2"])
      #expect(updated.skipped.map(\.path) == ["b/bad.png"])

      var elsewhere = options
      elsewhere.cacheFolder = folder + "-cache"
      defer { try? FileManager.default.removeItem(atPath: folder + "-cache") }
      let fresh = try ImageStore.open(folder, options: elsewhere).store
      #expect(updated.contentHash == fresh.contentHash && updated.paths == fresh.paths)
      #expect(Array(updated.bytes) == Array(fresh.bytes))
      // The store that is still open keeps the pixels it had.
      #expect(first.pixels(at: 0) == noise(72, seed: 0))
      #expect(try files(in: options, ending: ".pixels").count == 1)
      #expect(try ImageStore.open(folder, options: options).report.outcome == .opened)
    }
  }

  @Test("The content hash hangs on pixels and labels, not on place or time")
  func contentHash() throws {
    try withImages { folder, options in
      let hash = try ImageStore.open(folder, options: options).store.contentHash
      let copy = folder + "-moved"
      try FileManager.default.moveItem(atPath: folder, toPath: copy)
      try writeNoise(to: "\(copy)/b/3.png", seed: 3)
      #expect(try ImageStore.open(copy, options: options).store.contentHash == hash)
      try FileManager.default.moveItem(atPath: "\(copy)/b/7.png", toPath: "\(copy)/a/7.png")
      #expect(try ImageStore.open(copy, options: options).store.contentHash != hash)
    }
  }

  @Test("A store that is cut, garbled, of another version or half removed is made anew")
  func broken() throws {
    try withImages { folder, options in
      let hash = try ImageStore.open(folder, options: options).store.contentHash
      let index = try #require(try files(in: options, ending: ".json").first)
      let good = try Data(contentsOf: URL(fileURLWithPath: index))
      let other = String(decoding: good, as: UTF8.self).replacing(
        "\"version\":3", with: "\"version\":9")
      let pixels = try #require(try files(in: options, ending: ".pixels").first)
      let harms: [(String, () throws -> Void)] = [
        ("not valid JSON", { try write(good.prefix(100), to: index) }),
        ("version is 9", { try write(other.utf8, to: index) }),
        ("71 bytes, expected 576", { try write(noise(71), to: pixels) }),
        ("missing", { try FileManager.default.removeItem(atPath: pixels) }),
      ]
      for (reason, harm) in harms {
        try harm()
        let (store, report) = try ImageStore.open(folder, options: options)
        guard case .rebuilt(let said) = report.outcome else {
          Issue.record("\(reason): \(report.outcome)")
          continue
        }
        #expect(said.contains(reason) && store.contentHash == hash && report.decoded == 8)
      }
    }
  }

  @Test("Builds at the same time end in one sound store; what a killed one left goes away")
  func concurrentBuilds() throws {
    try withImages { folder, options in
      let hash = try ImageStore.open(folder, options: options).store.contentHash
      let index = try #require(try files(in: options, ending: ".json").first)
      try write(noise(10), to: index.replacing(".json", with: "-new.pixels.tmp-abcdef"))
      try FileManager.default.removeItem(atPath: index)
      let hashes = Mutex<[String]>([])
      DispatchQueue.concurrentPerform(iterations: 4) { _ in
        let opened = try? ImageStore.open(folder, options: options).store.contentHash
        hashes.withLock { $0.append(opened ?? "failed") }
      }
      #expect(hashes.withLock { $0 } == [hash, hash, hash, hash])
      let left = try FileManager.default.contentsOfDirectory(atPath: options.cacheFolder ?? "")
      #expect(left.count == 3, "\(left)")
    }
  }

  @Test("No space left is said with the place and the need, and leaves nothing behind")
  func diskFull() throws {
    try withTemporaryFolder { folder in
      let tiny = "\(folder)/tiny"
      try FileManager.default.createDirectory(atPath: tiny, withIntermediateDirectories: true)
      guard mount("none", tiny, "tmpfs", 0, "size=64k") == 0 else {
        print("skipped: a full disk takes the right to mount one")
        return
      }
      defer { umount(tiny) }
      for seed in 0..<4 {
        try writeNoise(
          to: "\(folder)/i/\(seed).png", width: 100, height: 100, seed: UInt64(seed))
      }
      let error = #expect(throws: ImageError.self) {
        try ImageStore.open("\(folder)/i", options: StoreOptions(cacheFolder: tiny))
      }
      guard case .diskFull(let path, let needed, let available) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(path.hasPrefix(tiny) && needed == 120_000 && available <= 65_536)

      // And where the space runs out while writing.
      let full = #expect(throws: ImageError.self) {
        try ImageFile.write(
          noise(300 * 300 * 3), width: 300, height: 300, to: "\(tiny)/x.png")
      }
      #expect(full?.description.contains("no space left") == true)
      let left = try FileManager.default.contentsOfDirectory(atPath: tiny)
      #expect(left.allSatisfy { $0.hasSuffix(".lock") }, "\(left)")
    }
  }

  @Test("A cache folder that cannot be made is an error that names it")
  func unusableCache() throws {
    try withImages { folder, options in
      try write([1], to: folder + "/file")
      let error = #expect(throws: ImageError.self) {
        try ImageStore.open(folder, options: StoreOptions(cacheFolder: folder + "/file/cache"))
      }
      #expect(error?.description.contains("/file/cache: cannot write") == true)
    }
  }
}
