import Augment
import Backbones
import Foundation
import Pretext
import TestSupport
import Testing
import Torch
import TorchNN

@testable import Training

/// The README.md beside a run's weights.
@Suite struct ModelCardTests {
  private func card(method: String = "simclr", imagesName: String = "photos") throws -> ModelCard {
    let method = try Registry.card(method)
    let spec = try BackboneSpec("resnet18:width=16", imageSize: 32)
    return ModelCard(
      method: method,
      configuration: RunConfiguration(
        method: method.name, options: ["temperature": .number(0.5)], backbone: spec,
        imageSize: 32, budget: .epochs(3), seed: 7, precision: .float32),
      recipe: .short(.resnet, batch: 128, steps: 30),
      views: .two(size: 32, .byolView(blur: 0.5, solarize: 0)), imagesName: imagesName,
      imageCount: 1280, steps: 30, batch: 128,
      normalisation: InputNormalisation(mean: [0.5, 0.25, 0], std: [1, 0.5, 0.25]))
  }

  private func health(rank: Double) -> FeatureHealth {
    let features = RandomStream(seed: 1).normal([32, 8])
    var health = FeatureHealth(features)
    health.rank = rank
    return health
  }

  @Test func everyFactOfTheRunIsNamed() throws {
    let text = try card().text
    for fact in [
      "# SimCLR on photos", "| method | SimCLR (contrastive) |", "| paper | Chen, ",
      "| images | photos, N = 1280 |", "| budget | 3 epochs: 30 steps of 128 images |",
      "(Glean's rule for short runs) |", "| seed | 7 |", "| precision | fp32 |",
      "| options | temperature = 0.5 |", "| Glean | \(gleanVersion) |", "resnet18-w16-small",
      "2 views of 32×32 pixels: crop of ", "mean = [0.5, 0.25, 0.0]", "std = [1.0, 0.5, 0.25]",
      "128 numbers", "`glean evaluate` measures them",
    ] { #expect(text.contains(fact), "\(fact)") }
    let python = try #require(
      try card().configuration.backbone.python(loading: "backbone.safetensors"))
    #expect(text.contains(python))
  }

  @Test func weightsThatItBeganWithAreNamed() throws {
    #expect(try !card().text.contains("begun with"))
    let file = try Fixtures.temporaryFolder().appending(path: "resnet18.pth")
    try Data("weights".utf8).write(to: file)
    var card = try card()
    card.configuration.initial = try InitialWeights(file, isPartial: true)
    // sha256sum of "weights".
    let digest = "9a129038d9a00aed0cf6a7ea059ca50a813449061ab87848cf1a13eafdf33b2c"
    #expect(
      card.text.contains(
        "| begun with | resnet18.pth, SHA-256 \(digest), as far as it fits |"))
  }

  @Test func frontMatterComesFirstAndAsksForTheLicence() throws {
    let text = try card().text
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.first == "---")
    let end = try #require(lines.dropFirst().firstIndex(of: "---"))
    #expect(lines[..<end].contains("license: unknown"))
    #expect(lines[..<end].contains("- self-supervised-learning"))
    #expect(text.contains("fills in `license`"))
  }

  @Test func onlyACollapsedRunIsWarnedOf() throws {
    var card = try card()
    #expect(!card.text.contains("Collapsed"))
    card.health = health(rank: 5)
    #expect(!card.text.contains("Collapsed"))
    #expect(card.text.contains("effective rank 5.0"))
    card.health = health(rank: 1.2)
    #expect(card.text.contains("> **Collapsed.**"))
  }

  @Test func resultsAreShownWhereTheyAreKnown() throws {
    var card = try card()
    card.scores = [.init(evaluation: "linear", metric: "accuracy", value: 0.51234)]
    #expect(card.text.contains("| linear | accuracy | 0.512 |"))
    #expect(!card.text.contains("`glean evaluate` measures"))
  }

  @Test func aSupervisedRunIsNotCalledSelfSupervised() throws {
    let text = try card(method: "supervised").text
    #expect(text.contains("trained with labels") && !text.contains("self-supervised-learning"))
  }

  @Test func aNameCannotBreakTheTable() throws {
    #expect(try card(imagesName: "a|b\nc").text.contains("| images | a\\|b c, N = 1280 |"))
  }

  @Test func aCardThatIsThereIsKeptUnlessReplaced() throws {
    let folder = try Fixtures.temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: Trainer.modelCardName)
    try Data("filled in".utf8).write(to: file)
    try card().write(to: folder, replacing: false)
    #expect(try String(contentsOf: file, encoding: .utf8) == "filled in")
    try card().write(to: folder)
    #expect(try String(contentsOf: file, encoding: .utf8) == card().text)
  }
}
