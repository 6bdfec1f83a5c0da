import Foundation
import Pretext
import Testing

@Suite struct RegistryTests {
  @Test func everyCardSaysWhatAReaderNeeds() throws {
    for card in Registry.cards {
      #expect(!card.learnsFrom.isEmpty && !card.loss.isEmpty && !card.needs.isEmpty)
      #expect(!card.lowData.isEmpty && !card.backbones.isEmpty && card.revision > 0)
      #expect(card.name == card.name.lowercased())
      #expect(
        (card.family == nil) || (card.paper != nil && card.recipes.count >= 2), "\(card.name)")
      let copy = try JSONDecoder().decode(MethodCard.self, from: JSONEncoder().encode(card))
      #expect(copy == card)
    }
    #expect(Set(Registry.cards.map(\.name)).count == Registry.cards.count)
  }

  @Test func anUnknownMethodIsNamedWithThoseThereAre() {
    #expect(throws: PretextError.unknownMethod("simcl", known: Registry.cards.map(\.name))) {
      try Registry.task("simcl")
    }
  }

  @Test func optionsAreTheDefaultsWithTheChangesGiven() throws {
    let options = try SimCLR.options(changing: ["temperature": .number(0.5), "blur": .bool(true)])
    #expect(options.temperature == 0.5 && options.blur)
    #expect(options.hidden == SimCLR.Options().hidden)
  }

  @Test func aWrongOptionIsRefusedByName() {
    #expect(throws: PretextError.self) { try SimCLR.check(["temprature": .number(1)]) }
    do {
      try SimCLR.check(["temperature": .string("warm")])
      Issue.record("a text was taken for a number")
    } catch {
      #expect("\(error)".contains("temperature"))
    }
  }

  @Test func typedValuesBecomeNumbersTruthValuesOrText() {
    #expect(JSONValue(typed: "0.5") == .number(0.5))
    #expect(JSONValue(typed: "true") == .bool(true))
    #expect(JSONValue(typed: "adamw") == .string("adamw"))
    #expect(JSONValue(typed: "0.5").text == "0.5" && JSONValue.number(3).text == "3")
  }
}
