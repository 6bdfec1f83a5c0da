import Testing

@testable import CommandLineKit

@Suite struct SuggestionTests {
  @Test(arguments: [
    ("", "abc", 3), ("abc", "abc", 0), ("kitten", "sitting", 3), ("simlcr", "simclr", 1),
    ("ab", "", 2),
  ])
  func distanceCountsEditsAndSwaps(a: String, b: String, expected: Int) {
    #expect(editDistance(a, b) == expected)
    #expect(editDistance(b, a) == expected)
  }

  @Test func theNearestIsSuggestedAndTheFarIsNot() {
    #expect(didYouMean("--epoch", among: ["--epochs", "--help"]) == "Did you mean '--epochs'?")
    #expect(didYouMean("SIMCLR", among: ["simclr"]) == "Did you mean 'simclr'?")
    #expect(didYouMean("--frobnicate", among: ["--epochs", "--help"]) == nil)
  }
}
