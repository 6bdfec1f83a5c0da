import Testing
import Torch

@testable import Downstream

@Test func everyFoldHasItsShareOfEveryClass() {
  let labels = (0..<503).map { $0 % 10 == 0 ? 2 : $0 % 2 }
  let folds = StratifiedFolds.deal(labels: labels, groups: nil, folds: 5, seed: 1)
  for label in 0..<3 {
    let all = labels.count { $0 == label }
    for fold in 0..<5 {
      let here = zip(labels, folds).count { $0 == label && $1 == fold }
      #expect(here == all / 5 || here == all / 5 + 1)
    }
  }
  let sizes = (0..<5).map { fold in folds.count { $0 == fold } }
  #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
}

@Test func groupsStayWholeAndClassesNearlyEven() {
  let groups = (0..<600).map { $0 / 7 }
  let labels = groups.map { $0 % 3 }
  let folds = StratifiedFolds.deal(labels: labels, groups: groups, folds: 5, seed: 1)
  for group in Set(groups) {
    #expect(Set(zip(groups, folds).filter { $0.0 == group }.map(\.1)).count == 1)
  }
  for label in 0..<3 {
    let share = zip(labels, folds).count { $0 == label && $1 == 0 }
    #expect(abs(Double(share) / 200 - 0.2) < 0.04)
  }
}

@Test func fewerGroupsThanFoldsGiveAsManyFolds() {
  let folds = StratifiedFolds.deal(
    labels: [0, 0, 1, 1], groups: [4, 4, 9, 9], folds: 5, seed: 0)
  #expect(Set(folds) == [0, 1])
  #expect(folds[0] == folds[1] && folds[2] == folds[3])
}

@Test func oneGroupCannotBeParted() throws {
  #expect(throws: ProbeError.self) {
    let train = try LabelledFeatures(
      .zeros([4, 2]), labels: [0, 1, 0, 1], groups: [3, 3, 3, 3])
    _ = try ModelSelection(train: train, validation: nil, seed: 0)
  }
}

@Test func manyLabelsAreHeldOutOnceAndFewInTurn() throws {
  func heldOut(_ count: Int) throws -> [Int] {
    let train = try LabelledFeatures(.zeros([count, 1]), labels: (0..<count).map { $0 % 4 })
    var sizes: [Int] = []
    _ = try ModelSelection(train: train, validation: nil, seed: 0).best(of: 1) { trial in
      sizes.append(trial.held.count)
      return [trial.held.labels]
    }
    return sizes
  }
  #expect(try heldOut(500) == [100])
  #expect(try heldOut(499).count == 5)
  #expect(try heldOut(499).reduce(0, +) == 499)
}
