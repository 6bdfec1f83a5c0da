import Foundation
import Images
import TestSupport
import Testing
import Torch

@testable import Insight

struct InspectedImagesTests {
  /// 120 images of three classes from 24 patients, without a test split of their own.
  @Test func noGroupIsInBothParts() throws {
    let folder = try Fixtures.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    var table = "path,label,group\n"
    for image in 0..<120 {
      let pixels = (0..<48).map { UInt8((image * 2 + $0) % 256) }
      try ImageFile.write(
        pixels, width: 4, height: 4, to: folder.appending(path: "\(image).png").path)
      table += "\(image).png,c\(image % 3),patient \(image * 11 % 24)\n"
    }
    try Data(table.utf8).write(to: folder.appending(path: "labels.csv"))
    let options = StoreOptions(cacheFolder: folder.appending(path: "cache").path)
    let store = try ImageStore.open(folder.path, options: options).store
    for seed in 0..<3 as Range<UInt64> {
      let data = try InspectedImages(store, device: .cpu, seed: seed)
      let training = try #require(data.groups(of: data.training))
      let heldOut = try #require(data.groups(of: data.heldOut))
      #expect(data.training.count + data.heldOut.count == 120 && heldOut.count >= 12)
      #expect(Set(training).isDisjoint(with: heldOut))
    }
  }
}
