import Foundation
import Images
import Testing

struct ShapesDatasetTests {
  @Test("The set is an ImageFolder with splits, balanced, and equal for equal seeds")
  func write() throws {
    try withTemporaryFolder { folder in
      try ShapesDataset.write(to: "\(folder)/a", train: 32, test: 16, size: 24, seed: 7)
      let options = StoreOptions(cacheFolder: "\(folder)/cache")
      let store = try ImageStore.open("\(folder)/a", options: options).store
      #expect(store.classes == ShapesDataset.classes && store.classes.count == 8)
      #expect(shape(store) == "24 x 24 x 3")
      #expect(store.indices(of: .train).count == 32 && store.indices(of: .test).count == 16)
      let labels = Dictionary(grouping: store.labels) { $0 }
      #expect(labels.values.allSatisfy { $0.count == 6 })

      // Written once more, nothing changes; with another seed, everything.
      try ShapesDataset.write(to: "\(folder)/a", train: 32, test: 16, size: 24, seed: 7)
      #expect(try ImageStore.open("\(folder)/a", options: options).report.outcome == .opened)
      try ShapesDataset.write(to: "\(folder)/a", train: 32, test: 16, size: 24, seed: 8)
      #expect(try ImageStore.open("\(folder)/a", options: options).report.decoded == 48)
    }
  }

  @Test("factors.csv has a line for every image, with every factor")
  func factors() throws {
    try withTemporaryFolder { folder in
      try ShapesDataset.write(to: folder, train: 10, test: 6, size: 16, seed: 0)
      let table = try String(contentsOfFile: "\(folder)/factors.csv", encoding: .utf8)
      let lines = table.split(separator: "\n").map { $0.split(separator: ",") }
      #expect(lines.count == 17 && lines.allSatisfy { $0.count == 12 })
      for line in lines.dropFirst() {
        #expect(FileManager.default.fileExists(atPath: "\(folder)/\(line[0])"))
        #expect(line[0].split(separator: "/")[1] == line[1])
        #expect(line[3...].allSatisfy { Double($0) != nil })
      }
    }
  }

  @Test("Raw pixels do not give the class away")
  func pixelsAreNotEnough() {
    let size = 16
    func images(_ seeds: Range<Int>) -> [(label: Int, pixels: [Float])] {
      seeds.map { seed in
        let pixels = ShapesDataset.image(classIndex: seed % 8, size: size, seed: UInt64(seed))
        return (seed % 8, pixels.map(Float.init))
      }
    }
    let known = images(0..<800)
    let asked = images(800..<1000)
    let right = asked.count { image in
      let nearest = known.min { a, b in
        distance(a.pixels, image.pixels) < distance(b.pixels, image.pixels)
      }
      return nearest?.label == image.label
    }
    #expect(right < 80, "nearest neighbours find \(right) of 200 classes")
  }

  private func distance(_ a: [Float], _ b: [Float]) -> Float {
    zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  }
}
