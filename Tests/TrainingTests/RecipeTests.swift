import Pretext
import Testing
import TorchNN
import Training

@Suite struct RecipeTests {
  private func resolve(_ choice: RecipeChoice, steps: Int) -> Recipe {
    Recipe.resolve(choice, card: SimCLR.card, batch: 512, steps: steps, stepsPerEpoch: 10)
  }

  @Test func longRunsFollowThePublishedRecipeScaledToTheBatch() {
    let recipe = resolve(.automatic, steps: 1000)
    #expect(recipe.optimizer == .lars(weightDecay: 1e-4))
    #expect(recipe.learningRate.peak == 0.8)
    #expect(recipe.learningRate.warmUp == 10)
  }

  @Test func shortRunsFollowOneRuleForAllMethods() {
    let simclr = resolve(.automatic, steps: 999)
    let supervised = Recipe.resolve(
      .automatic, card: Supervised.card, batch: 512, steps: 999, stepsPerEpoch: 10)
    #expect(simclr == supervised)
    #expect(simclr == .short(batch: 512, steps: 999))
    #expect(simclr.learningRate.warmUp == 99)
  }

  @Test func aChoiceOverridesTheLength() {
    #expect(resolve(.published, steps: 20).optimizer == .lars(weightDecay: 1e-4))
    #expect(resolve(.short, steps: 5000) == .short(batch: 512, steps: 5000))
  }

  @Test func budgetsCountInSteps() {
    #expect(Budget.steps(7).steps(perEpoch: 3) == 7)
    #expect(Budget.epochs(7).steps(perEpoch: 3) == 21)
  }
}
