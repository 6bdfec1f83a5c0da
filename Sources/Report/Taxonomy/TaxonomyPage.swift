public import Foundation
public import Pretext
import Study

/// The guide's page of families and methods, made from the methods' cards.
public enum TaxonomyPage {
  /// Writes the page and its diagram into a DocC catalogue.
  /// - Throws: ``ReportError`` if a file cannot be written.
  public static func write(_ cards: [MethodCard], to catalogue: URL) throws(ReportError) {
    for (name, text) in [
      ("Taxonomy.md", markdown(cards)), ("taxonomy.svg", TaxonomyDiagram(cards: cards).svg),
    ] {
      let file = catalogue.appending(path: name)
      do {
        try Data(text.utf8).write(to: file, options: .atomic)
      } catch {
        throw .cannotWrite(path: file.path, reason: error.localizedDescription)
      }
    }
  }

  /// The page, in Markdown.
  public static func markdown(_ cards: [MethodCard]) -> String {
    let families = Family.allCases.map { family in
      let members = cards.filter { $0.family == family }
      return """
        ### \(family.rawValue.capitalized)

        *\(Wording.sentence(family.summary)).*

        \(members.isEmpty ? "No method yet." : members.map(entry).joined(separator: "\n\n"))
        """
    }
    let baselines = cards.filter { $0.family == nil }
    return """
      # A taxonomy of self-supervision

      Six families, by what the training signal is, and the methods of each.

      ## Overview

      ![The six families and their methods](taxonomy)

      `glean methods` prints this tree, `glean methods NAME` a card with all options, and
      `glean compare --methods FAMILY` runs a family. This page is made from the same cards.

      \(families.joined(separator: "\n\n"))

      ### Baselines

      *What methods are held against; they belong to no family.*

      \(baselines.map(entry).joined(separator: "\n\n"))

      """
  }

  private static func entry(_ card: MethodCard) -> String {
    var lines = ["**\(card.title)** (`\(card.name)`). \(card.learnsFrom)", ""]
    if let paper = card.paper {
      lines.append("- Paper: \(paper.authors), \"\(paper.title)\", \(paper.venue), \(paper.year)")
    }
    if !card.secondary.isEmpty {
      lines.append("- Also: \(card.secondary.map(\.rawValue).joined(separator: ", "))")
    }
    lines += [
      "- Loss: \(card.loss)", "- Backbones: \(card.backbones.map(\.title).joined(separator: ", "))",
      "- Needs: \(card.needs)", "- With few images: \(card.lowData)",
    ]
    lines += card.recipes.map { "- Recipe: \($0.summary)" }
    return lines.joined(separator: "\n")
  }
}
