import Foundation
import Testing
import Training

@Suite struct BudgetTests {
  private func json(_ budget: Budget, _ encoder: JSONEncoder = JSONEncoder()) throws -> String {
    String(decoding: try encoder.encode(budget), as: UTF8.self)
  }

  @Test(arguments: [Budget.steps(800), .epochs(20)])
  func aBudgetIsWrittenAsItIsReadAndOldFilesStillAre(budget: Budget) throws {
    let name = budget == .steps(800) ? "steps" : "epochs"
    let count = budget == .steps(800) ? 800 : 20
    #expect(try json(budget) == #"{"\#(name)":\#(count)}"#)
    for text in [#"{"\#(name)":\#(count)}"#, #"{"\#(name)":{"_0":\#(count)}}"#] {
      #expect(try JSONDecoder().decode(Budget.self, from: Data(text.utf8)) == budget)
    }
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Budget.self, from: Data("{}".utf8))
    }
  }

  @Test func hashesOfRunsAreMadeOfTheFormTheyAlwaysWere() throws {
    let encoder = JSONEncoder()
    encoder.userInfo[try #require(Budget.hashedForm)] = true
    #expect(try json(.steps(3), encoder) == #"{"steps":{"_0":3}}"#)
  }
}
