import Foundation
import Images
import Testing

private let data = ProcessInfo.processInfo.environment["GLEAN_DATA"] ?? "../shared/data"

/// Skipped, and listed as such, where the images are not there.
@Suite(
  .serialized,
  .enabled(if: FileManager.default.fileExists(atPath: data), "no images at $GLEAN_DATA"))
struct RealImagesTests {
  @Test(
    "Every image of a real set is stored, at its own size",
    arguments: [
      ("ucmerced-128", 21, 1_680, 0, 420, [128, 128, 3]),
      ("bccd-cells", 3, 2_804, 1_137, 945, [64, 64, 3]),
    ])
  func realSet(
    name: String, classes: Int, train: Int, validation: Int, test: Int, shape: [Int]
  ) throws {
    try withTemporaryFolder { folder in
      let options = StoreOptions(cacheFolder: folder)
      let (store, report) = try ImageStore.open("\(data)/\(name)", options: options)
      #expect(store.skipped.isEmpty)
      #expect(store.classes.count == classes)
      #expect(store.indices(of: .train).count == train)
      #expect(store.indices(of: .validation).count == validation)
      #expect(store.indices(of: .test).count == test)
      #expect([store.height, store.width, store.channels] == shape)
      let (again, second) = try ImageStore.open("\(data)/\(name)", options: options)
      #expect(second.outcome == .opened)
      #expect(again.contentHash == store.contentHash)
      print(
        name, report.decoded, "images", Int(report.imagesPerSecond), "images/s; reopened in",
        second.seconds, "s")
    }
  }

  @Test(
    "Real sets of tags, masks and arrays are read whole",
    arguments: [
      ("chula-rbc12-multilabel", ImageTask.tags, 13, 466, 0, 155, [240, 320, 3]),
      ("dsb2018-nuclei", .masks, 2, 531, 0, 133, [256, 256, 3]),
      ("pneumoniamnist", .classes, 2, 4_708, 524, 624, [28, 28, 1]),
    ])
  func otherLayouts(
    name: String, task: ImageTask, classes: Int, train: Int, validation: Int, test: Int,
    shape: [Int]
  ) throws {
    try withTemporaryFolder { folder in
      let options = StoreOptions(cacheFolder: folder)
      let (store, report) = try ImageStore.open("\(data)/\(name)", options: options)
      #expect(store.skipped.isEmpty && store.task == task && store.classes.count == classes)
      #expect(store.indices(of: .train).count == train)
      #expect(store.indices(of: .validation).count == validation)
      #expect(store.indices(of: .test).count == test)
      #expect([store.height, store.width, store.channels] == shape)
      let (again, second) = try ImageStore.open("\(data)/\(name)", options: options)
      #expect(second.outcome == .opened && again.contentHash == store.contentHash)
      print(name, report.seconds, "s; reopened in", second.seconds, "s;", report.notes)
    }
  }
}
