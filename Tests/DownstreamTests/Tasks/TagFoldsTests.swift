import Testing

@testable import Downstream

@Test func everyFoldHasItsShareOfEveryTag() {
  // Rare tags are dealt first: 10 of tag 3, 50 of tag 2, half and a third of the rest.
  let tags = (0..<500).map { image in
    [2, 3, 10, 50].enumerated().filter { image % $0.element == 0 }.map(\.offset)
  }
  let folds = StratifiedFolds.deal(tags: tags, groups: nil, folds: 5, seed: 1)
  for tag in 0..<4 {
    let all = tags.count { $0.contains(tag) }
    for fold in 0..<5 {
      let here = zip(tags, folds).count { $0.contains(tag) && $1 == fold }
      #expect(abs(Double(here) - Double(all) / 5) <= 1.5)
    }
  }
  let sizes = (0..<5).map { fold in folds.count { $0 == fold } }
  #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 2)
  #expect(StratifiedFolds.deal(tags: tags, groups: nil, folds: 5, seed: 1) == folds)
  #expect(StratifiedFolds.deal(tags: tags, groups: nil, folds: 5, seed: 2) != folds)
}

@Test func groupsOfTaggedImagesStayWhole() {
  let groups = (0..<600).map { $0 / 7 }
  let tags = groups.map { $0 % 4 == 0 ? [] : [$0 % 3, $0 % 3] }
  let folds = StratifiedFolds.deal(tags: tags, groups: groups, folds: 5, seed: 1)
  for group in Set(groups) {
    #expect(Set(zip(groups, folds).filter { $0.0 == group }.map(\.1)).count == 1)
  }
  for tag in 0..<3 {
    let shares = (0..<5).map { fold in zip(tags, folds).count { $0.contains(tag) && $1 == fold } }
    #expect((shares.max() ?? 0) - (shares.min() ?? 0) <= 14)
  }
}

@Test func imagesWithoutAnyTagAreDealtEvenly() {
  let folds = StratifiedFolds.deal(
    tags: [[Int]](repeating: [], count: 50), groups: nil, folds: 5, seed: 1)
  #expect((0..<5).allSatisfy { fold in folds.count { $0 == fold } == 10 })
}
