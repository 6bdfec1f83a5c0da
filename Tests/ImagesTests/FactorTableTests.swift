import Foundation
import Testing

@testable import Images

struct FactorTableTests {
  @Test("factors.csv is read in the order of the store's images; without it there is no table")
  func read() throws {
    try withTemporaryFolder { folder in
      try ShapesDataset.write(to: "\(folder)/a", train: 16, test: 8, size: 16)
      let options = StoreOptions(cacheFolder: "\(folder)/cache")
      let store = try ImageStore.open("\(folder)/a", options: options).store
      let table = try #require(try FactorTable(of: store))
      #expect(table.columns.map(\.name).prefix(3) == ["class", "texture", "x"])
      guard case .words(let classes) = table.columns[0].values,
        case .numbers(let places) = table.columns[2].values
      else {
        Issue.record("classes are words and places numbers")
        return
      }
      #expect(classes == store.labels.map { $0.map { store.classes[$0] } })
      #expect(places.allSatisfy { $0.map { abs($0) <= 1 } == true })

      try FileManager.default.removeItem(atPath: "\(folder)/a/factors.csv")
      #expect(try FactorTable(of: store)?.columns.count == nil)
    }
  }
}
