import Testing

@testable import Study

@Suite struct SequenceGroupsTests {
  @Test func groupsAndTheirMembersKeepTheirOrder() {
    let groups = ["pear", "fig", "plum", "kiwi", "nut"].grouped(by: \.count)
    #expect(groups.map(\.key) == [4, 3])
    #expect(groups.map(\.members) == [["pear", "plum", "kiwi"], ["fig", "nut"]])
  }

  @Test func ofEqualElementsTheFirstIsKept() {
    #expect([3, 1, 3, 2, 1].uniqued() == [3, 1, 2])
    #expect(["pear", "fig", "plum"].uniqued(on: \.count) == ["pear", "fig"])
  }
}
