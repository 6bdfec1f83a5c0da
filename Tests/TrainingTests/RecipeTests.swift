import Backbones
import Pretext
import Testing
import TorchNN
import Training

@Suite struct RecipeTests {
  private func resolve(
    _ choice: RecipeChoice, _ card: MethodCard = SimCLR.card, on backbone: String = "resnet18",
    imageSize: Int = 32, steps: Int
  ) throws -> Recipe {
    Recipe.resolve(
      choice, card: card, backbone: try BackboneSpec(backbone, imageSize: imageSize),
      imageSize: imageSize, batch: 512, steps: steps)
  }

  @Test func longRunsFollowThePublishedRecipeScaledToTheBatch() throws {
    let recipe = try resolve(.automatic, steps: 10_000)
    #expect(recipe.optimizer == .lars(weightDecay: 1e-4))
    #expect(recipe.learningRate.peak == 0.8)
    #expect(recipe.learningRate.warmUp == 100)
  }

  @Test func theRecipeIsThatForTheSizeOfTheImages() throws {
    let recipe = try resolve(.published, imageSize: 224, steps: 10_000)
    #expect(recipe.source.contains("ImageNet"))
    // 0.075 · √batch, and no more than a twentieth of the run to warm up.
    #expect(abs(recipe.learningRate.peak - 0.075 * 512.0.squareRoot()) < 1e-9)
    #expect(recipe.learningRate.warmUp == 125)
  }

  @Test func shortRunsFollowOneRuleForAllMethodsOfABackbone() throws {
    for (backbone, kind) in [("resnet18", BackboneKind.resnet), ("vit-micro", .vit)] {
      let recipe = Recipe.short(kind, batch: 512, steps: 999)
      for card in Registry.cards where card.backbones.contains(kind) {
        #expect(try resolve(.automatic, card, on: backbone, steps: 999) == recipe)
      }
      #expect(recipe.learningRate.warmUp == 49)
    }
  }

  @Test func aChoiceOverridesTheLength() throws {
    #expect(try resolve(.published, steps: 20).optimizer == .lars(weightDecay: 1e-4))
    #expect(try resolve(.short, steps: 9000) == .short(.resnet, batch: 512, steps: 9000))
  }

  @Test func weightDecayFollowsItsOwnCosineWhereThePaperHasOne() throws {
    let recipe = try resolve(.published, DINO.card, imageSize: 224, steps: 10_000)
    let decay = try #require(recipe.weightDecay)
    #expect(abs(decay(0) - 0.04) < 1e-9 && abs(decay(10_000) - 0.4) < 1e-9)
  }

  @Test func budgetsCountInSteps() {
    #expect(Budget.steps(7).steps(perEpoch: 3) == 7)
    #expect(Budget.epochs(7).steps(perEpoch: 3) == 21)
  }
}
