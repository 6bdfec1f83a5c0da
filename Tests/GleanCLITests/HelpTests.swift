import Foundation
import Testing

/// What a newcomer types first.
@Suite struct HelpTests {
  static let subcommands = [
    "data", "methods", "views", "pretrain", "export", "embed", "evaluate", "inspect", "advise",
    "compare", "study", "report", "demo", "doctor",
  ]
  let place = try? Workplace()

  private func glean(_ arguments: String...) async throws -> Program.Outcome {
    try await #require(place).glean(arguments)
  }

  @Test(arguments: subcommands) func everySubcommandShowsAnExample(name: String) async throws {
    let help = try await glean(name, "--help")
    #expect(help.code == 0)
    #expect(help.output.contains("USAGE: glean \(name)"))
    #expect(help.output.contains("EXAMPLES:\n  $ glean \(name)"))
    #expect(help.errors.isEmpty)
  }

  @Test func theProgramAloneListsItsSubcommands() async throws {
    let help = try await glean()
    #expect(help.code == 0)
    for name in Self.subcommands { #expect(help.output.contains("\n  \(name) ")) }
  }

  @Test func theVersionNamesLibtorchToo() async throws {
    let version = try await glean("--version")
    #expect(version.code == 0)
    #expect(version.output.hasPrefix("glean ") && version.output.contains("libtorch 2."))
  }

  @Test(arguments: [
    (["comapre", "photos"], "Did you mean 'compare'?"),
    (["compare", "photos", "--setps", "5"], "Did you mean '--steps'?"),
    (["pretrain", "photos", "--devise", "cpu"], "Did you mean '--device'?"),
    (["--verison"], "Did you mean '--version'?"),
  ]) func aSlipOfTheKeyIsAnsweredWithTheWordMeant(arguments: [String], hint: String) async throws {
    let slip = try await #require(place).glean(arguments)
    #expect(slip.code == 64)
    #expect(slip.errors.contains(hint))
    #expect(slip.output.isEmpty)
  }

  @Test func methodsListsEveryCardAndPrintsThemAsJSON() async throws {
    let tree = try await glean("methods")
    let json = try await glean("methods", "--json")
    let cards = try #require(try json.json as? [[String: Any]])
    let names = cards.compactMap { $0["name"] as? String }
    #expect(Set(names).isSuperset(of: ["random", "supervised", "simclr"]))
    #expect(Set(names).count == cards.count)
    for name in names { #expect(tree.output.contains("\n  \(name) ")) }
    #expect(json.errors.isEmpty)
  }

  @Test func aMethodsCardShowsItsPaperAndOptions() async throws {
    let card = try await glean("methods", "simclr")
    #expect(card.code == 0)
    #expect(card.output.contains("Chen") && card.output.contains("temperature = "))
  }

  @Test func doctorFindsWhatGleanStandsOn() async throws {
    let findings = try #require(try await glean("doctor", "--json").json as? [[String: Any]])
    let subjects = Set(findings.compactMap { $0["subject"] as? String })
    #expect(
      subjects.isSuperset(of: ["glean", "swift", "libtorch", "device", "bf16", "libvips", "disk"]))
    let text = try await glean("doctor")
    #expect(text.code == 0)
    for subject in subjects { #expect(text.output.contains("  \(subject) ")) }
  }
}
