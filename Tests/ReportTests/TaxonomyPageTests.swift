import Foundation
import Pretext
import Report
import TestSupport
import Testing

@Suite struct TaxonomyPageTests {
  private static let catalogue = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Sources/Glean/Glean.docc")

  @Test func theGuideIsMadeFromTheCardsAsTheyAre() throws {
    let folder = try Fixtures.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    try TaxonomyPage.write(Registry.cards, to: folder)
    for name in ["Taxonomy.md", "taxonomy.svg"] {
      let made = try String(contentsOf: folder.appending(path: name), encoding: .utf8)
      let committed = try String(
        contentsOf: Self.catalogue.appending(path: name), encoding: .utf8)
      #expect(
        made == committed,
        "\(name) is out of date: glean methods --write-guide Sources/Glean/Glean.docc")
    }
  }

  @Test func everyMethodIsOnThePageUnderItsFamily() {
    let page = TaxonomyPage.markdown(Registry.cards)
    for card in Registry.cards { #expect(page.contains("(`\(card.name)`)")) }
    for family in Family.allCases { #expect(page.contains("### \(family.rawValue.capitalized)")) }
  }

  @Test func aFolderThatIsNotThereIsNamed() {
    #expect(throws: ReportError.self) {
      try TaxonomyPage.write(Registry.cards, to: URL(filePath: "/nonexistent/folder"))
    }
  }
}
