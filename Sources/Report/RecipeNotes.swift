import Pretext
import Study
import Training

/// Which optimiser settings the runs of a plan follow, in words.
enum RecipeNotes {
  /// One sentence a recipe, naming the methods that follow it.
  static func sentences(of plan: StudyPlan) -> [String] {
    var followers: [(recipe: String, title: String)] = []
    for method in plan.methods {
      let row = StudyRow(method)
      guard let card = try? row.card(), (try? row.trains()) == true else { continue }
      for size in plan.sizes {
        let steps = plan.budget.steps(images: size, batch: plan.batch)
        let recipe = Recipe.resolve(
          plan.recipe, card: card, backbone: plan.configuration(of: method).backbone,
          imageSize: plan.imageSize,
          batch: min(plan.batch, size), steps: steps
        ).summary
        followers.append((recipe, card.title))
      }
    }
    let groups = followers.grouped(by: \.recipe)
    let recipes = groups.map { recipe, members in
      let titles = members.map(\.title).uniqued()
      return "\(groups.count == 1 ? "All that trains" : Wording.list(titles)): \(recipe)."
    }
    return recipes + plan.sizes.compactMap { exemplars(of: plan, size: $0) }
  }

  /// Which methods train on a part of the images, since each is a class of its own to them.
  private static func exemplars(of plan: StudyPlan, size: Int) -> String? {
    let batch = min(plan.batch, size)
    let steps = plan.budget.steps(images: size, batch: batch)
    let count = exemplarCount(images: size, steps: steps, batch: batch)
    let names = plan.methods.map(StudyRow.init)
      .filter { (try? Registry.task($0.method))??.imagesAreClasses == true }.map(\.title)
    guard count < size, !names.isEmpty else { return nil }
    return "To \(Wording.list(names)) each image is a class: of \(Wording.grouped(size)) images "
      + "\(Wording.grouped(count)) are trained on, so that each is shown often enough."
  }
}
