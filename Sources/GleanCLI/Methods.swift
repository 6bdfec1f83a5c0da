import CommandLineKit
import Foundation
import Glean

struct Methods: Command {
  static let configuration = CommandConfiguration(
    name: "methods", abstract: "Show the taxonomy of methods, or one method's card.",
    examples: [
      ("glean methods", "The families and their methods, a line each."),
      ("glean methods simclr", "What SimCLR learns from, its loss, needs, options and recipe."),
      ("glean methods --json", "All cards, for a script."),
    ])

  @Argument(help: "A method, for its card.") var name: String?
  @Flag(help: "Print JSON.") var json = false
  @Option(
    help: "Write the guide's page of families, with its diagram, into a DocC catalogue.",
    completion: .folder)
  var writeGuide: String?

  func run() throws {
    if let writeGuide {
      try TaxonomyPage.write(Registry.cards, to: URL(filePath: writeGuide))
      return
    }
    do {
      let cards = try name.map { [try Registry.card($0)] } ?? Registry.cards
      if json {
        try printJSON(cards)
      } else if name != nil, let card = cards.first {
        print(Methods.text(of: card))
      } else {
        print(Methods.tree(cards))
      }
    } catch let error as PretextError {
      throw UsageError("\(error)")
    }
  }

  /// Families with their methods, then the baselines.
  private static func tree(_ cards: [MethodCard]) -> String {
    let width = cards.map(\.name.count).max() ?? 0
    func line(_ card: MethodCard) -> String {
      let name = card.name.padding(toLength: width + 2, withPad: " ", startingAt: 0)
      let paper = card.paper.map { " (\($0.authors.split(separator: ",")[0]) \($0.year))" } ?? ""
      return "  \(name)\(card.title)\(paper)"
    }
    var lines: [String] = []
    for family in Family.allCases {
      lines.append("\(family.rawValue): \(family.summary)")
      let members = cards.filter { $0.family == family }
      lines += members.map(line)
      if members.isEmpty { lines.append("  (none yet)") }
    }
    lines.append("baselines: what methods are held against")
    lines += cards.filter { $0.family == nil }.map(line)
    return lines.joined(separator: "\n")
  }

  private static func text(of card: MethodCard) -> String {
    var lines = ["\(card.title) — \(card.family?.rawValue ?? "baseline")"]
    if let paper = card.paper {
      lines.append("\(paper.authors): \"\(paper.title)\", \(paper.venue), \(paper.year)")
    }
    lines += [
      "", "Learns from   \(card.learnsFrom)", "Loss          \(card.loss)",
      "Backbones     \(card.backbones.map(\.title).joined(separator: ", "))",
      "Needs         \(card.needs)", "Few images    \(card.lowData)",
    ]
    lines += card.recipes.map { "Recipe        \($0.summary)" }
    if let options = Registry.defaults(of: card.name) {
      lines +=
        ["", "Options (--set name=value)"] + options.map { "  \($0.name) = \($0.value.text)" }
    }
    return lines.joined(separator: "\n")
  }
}

/// Prints a value as JSON, the same as the files of a report.
func printJSON(_ value: some Encodable) throws {
  print(try ReportFile.json(value), terminator: "")
}
