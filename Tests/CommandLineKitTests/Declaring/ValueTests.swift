import CommandLineKit
import Foundation
import Testing

@testable import func CommandLineKit.kebabCase

@Suite struct ValueTests {
  @Test(arguments: [
    ("epochs", "epochs"), ("learningRate", "learning-rate"), ("useURL", "use-url"),
    ("URLPath", "url-path"), ("fewLabels2", "few-labels2"),
  ])
  func propertyNamesBecomeKebabCase(name: String, expected: String) {
    #expect(kebabCase(name) == expected)
  }

  @Test func numbersAreReadWholeOrNotAtAll() {
    #expect(Int(argument: "10_000") == 10_000)
    #expect(Int(argument: "1.5") == nil)
    #expect(UInt64(argument: "-1") == nil)
    #expect(Double(argument: "3e-4") == 3e-4)
    #expect(Double(argument: "inf") == nil)
    #expect(Bool(argument: "Yes") == true)
    #expect(Bool(argument: "off") == false)
    #expect(Bool(argument: "maybe") == nil)
  }

  @Test func pathsStayRelativeAndTheTildeIsHome() throws {
    #expect(URL(argument: "a/b")?.argumentText == "a/b")
    #expect(URL(argument: "~/x")?.path.hasSuffix("/x") == true)
    #expect(URL(argument: "~/x")?.path.contains("~") == false)
    #expect(URL(argument: "") == nil)
  }
}
