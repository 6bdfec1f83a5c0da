import Foundation
import Study
import Testing
import Training

@Suite struct StudyFileTests {
  private func file(_ text: String, path: String = "there/study.json5") throws -> StudyFile {
    try StudyFile(Data(text.utf8), path: path)
  }

  /// What is said against a file.
  private func refusal(_ text: String) -> String {
    do {
      return "nothing: \(try file(text).parts())"
    } catch {
      return "\(error)"
    }
  }

  @Test func whatIsLeftOutHasADefaultAndCommentsAreNoFields() throws {
    let file = try file(
      """
      // A study.
      {
        sets: ["photos"], /* of holidays */ steps: 200, // no more
        seeds: null,
      }
      """)
    var arm = StudyArm()
    (arm.sets, arm.steps) = (["photos"], 200)
    #expect(file.arms.map(\.arm) == [arm])
    #expect(file.name == "photos")
    arm.sets = ["land use", "cells"]
    #expect(StudyFile(arm, path: "study.json5").name == "land-use-cells")
    #expect(try self.file("{sets: 'a'}", path: "cells.json5").name == "cells")
  }

  @Test func oneValueStandsForAListOfOne() throws {
    let arm = try file("{sets: 'a', sizes: 'all', methods: 'dino', labels: 50}").arms[0].arm
    #expect(arm.sets == ["a"] && arm.sizes == [.all] && arm.methods == ["dino"])
    #expect(arm.labels == .some(50))
  }

  @Test(arguments: [
    ("{sets: 'a', stepps: 5}", "there is no field 'stepps'; did you mean 'steps'?"),
    ("{sets: 'a', also: [{epohcs: 5}]}", "'also[0].epohcs'; did you mean 'epochs'?"),
    ("{sets: 'a', steps: 10.5}", "steps is 10.5; expected a whole number from 1"),
    ("{sets: 'a', batch: 16.5}", "batch is 16.5; expected a whole number from 2"),
    ("{sets: 'a', labels: 0.5}", "labels is 0.5; expected a number of images"),
    ("{sets: 'a', sizes: [10.5]}", "sizes is [10.5]; expected numbers of images"),
    ("{sets: 'a', also: [{minutes: 0.5}]}", "also[0].minutes is 0.5; expected a whole number"),
    ("{sets: 'a', seeds: 1001}", "seeds is 1001; expected a whole number from 1 to 1,000"),
    ("{sets: 'a', continued: 'simclear'}", "continued: no method or family is called 'simclear'"),
    ("{sets: 'a', steps: 'many'}", "steps is many; expected a whole number from 1"),
    ("{sets: 'a', also: [{steps: 0}]}", "also[0].steps is 0; expected a whole number from 1"),
    ("{sets: 'a', protocols: ['knnn']}", "some of linear, knn,"),
    ("{sets: 'a', augment: 'cats'}", "expected one of photo, grayscale"),
    ("{sets: 'a', range: [5, 1]}", "range is [5,1]; expected two numbers"),
    ("{sets: 'a', methods: ['simclear']}", "methods: no method or family is called 'simclear'"),
    ("{sets: 'a', options: {simclr: {heat: 1}}}", "options: simclr: there is no option 'heat'"),
    ("{sets: 'a', also: [3]}", "also[0] is 3; expected an object"),
    ("{sets: 'a', name: 'a/b'}", "name is 'a/b'; expected text without '/'"),
    ("{steps: 5}", "sets is empty; name a folder"),
    ("{sets: ['a', 'b', './a/']}", "sets names './a/' twice"),
    ("{sets: 'a', also: [{sets: ['b', 'b']}]}", "also[0].sets names 'b' twice"),
    ("{sets: 'a', sizes: []}", "sizes is []; expected numbers of images"),
    ("{sets: 'a', pretrainSizes: []}", "pretrainSizes is []; expected numbers of images"),
  ]) func whatIsWrongIsNamedWithFileFieldAndMend(text: String, part: String) {
    let refusal = refusal(text)
    #expect(refusal.hasPrefix("there/study.json5: ") && refusal.contains(part), "\(refusal)")
  }

  @Test(arguments: [
    ("{\n  sets: 'a',\n  sizes: [200 600],\n}", 3, "sizes: [200 600],"),
    ("{\r\n  // Tiles.\r\n  sets: ['a']\r\n  steps: 5,\r\n}", 4, "steps: 5,"),
    (
      "{\n  sets: 'a', /* a\n note */ steps:\n  5, also: [{ epochs: 2,\n  }\n  steps = 3", 6,
      "steps = 3"
    ),
    ("{\n  sets: 'a,\n}", 2, "sets: 'a,"),
    ("{sets: 'a'}\n}", 2, "}"),
    ("{\n  sets: 'a',\n  also: [{ epochs: 2 }],\n", 4, "ends before all brackets"),
  ]) func theLineThatIsNoJSON5IsNamed(text: String, line: Int, part: String) {
    let refusal = refusal(text)
    #expect(refusal.hasPrefix("there/study.json5:\(line): is no JSON5"), "\(refusal)")
    #expect(refusal.contains(part), "\(refusal)")
  }

  @Test func aFileIsLaidOutBySetNetworkAndBudget() throws {
    let parts = try file(
      "{sets: ['a', '/b'], backbones: ['resnet18', 'vit-micro'], steps: 200, epochs: 20}"
    ).parts()
    #expect(parts.count == 8)
    #expect(Set(parts.map(\.set)) == ["there/a", "/b"], "paths are relative to the file")
    #expect(parts.prefix(2).map(\.budget) == [.steps(200), .epochs(20)])
    let folders = parts.map { $0.folder(set: $0.set, source: nil, backbone: $0.backbone ?? "") }
    #expect(folders[1] == "there/a/resnet18/20-epochs")
    #expect(Set(folders).count == 8)
  }

  @Test func aSetIsPretrainedOnEveryOtherThatIsNamed() throws {
    let parts = try file("{sets: ['a', 'b'], pretrain: ['a', 'c'], steps: 5}").parts()
    #expect(parts.map(\.set) == ["there/a", "there/b", "there/b"])
    #expect(parts.map(\.source) == ["there/c", "there/a", "there/c"])
    #expect(parts[1].folder(set: "b", source: "a", backbone: "n") == "b-from-a/n/5-steps")
  }

  @Test func anArmWithABudgetOfItsOwnHasNoOther() throws {
    let parts = try file(
      "{sets: ['a', 'b'], steps: 200, also: [{sets: 'a', methods: ['dino'], epochs: 20}]}"
    ).parts()
    #expect(parts.map(\.budgetText) == ["200 steps", "200 steps", "20 epochs"])
    #expect(parts[2].arm.methods == ["dino"] && parts[2].set == "there/a")
    #expect(try file("{sets: 'a'}").parts().map(\.budget) == [nil])
  }

  @Test func anArmOnTheSamePartAddsItsRows() throws {
    let parts = try file(
      """
      {sets: 'a', methods: ['simclr', 'byol'], steps: 5,
       also: [{init: 'w.pth', methods: ['simclr', 'dino'], protocols: ['corruptions']}]}
      """
    ).parts()
    #expect(parts.count == 1)
    #expect(parts[0].arm.methods == ["simclr", "byol", "dino"])
    #expect(parts[0].initial == "there/w.pth")
    #expect(parts[0].arm.continued == ["simclr", "dino"], "only these go on from the weights")
    #expect(parts[0].arm.protocols == [.knn, .fewShot, .corruptions])
  }

  @Test func anArmOfOtherSettingsNeedsAName() throws {
    let text = "{sets: 'a', steps: 5, also: [{labels: 50}]}"
    #expect(refusal(text).contains("also[0] has other labels"), "\(refusal(text))")
    let parts = try file("{sets: 'a', steps: 5, also: [{name: 'few', labels: 50}]}").parts()
    #expect(parts.map(\.ending) == [nil, "few"])
    #expect(parts[1].folder(set: "a", source: nil, backbone: "n") == "a/n/5-steps-few")
  }

  @Test func eachFileOfWeightsIsAPartWhereThereAreSeveral() throws {
    let parts = try file("{sets: 'a', steps: 5, init: ['x/w.pth', 'v.pth'], initTitle: 'W'}")
      .parts()
    #expect(parts.map(\.initial) == ["there/x/w.pth", "there/v.pth"])
    #expect(parts.map(\.ending) == ["against-w", "against-v"])
    #expect(parts.map(\.initialTitle) == ["W", nil])
  }

  @Test func partsAreFoundAgainInTheirFolders() throws {
    try withFolder { path in
      let folder = StudyFolder(URL(filePath: path))
      #expect(folder.parts == [])
      for name in ["b/n/5-steps", "a/n/5-steps"] {
        let part = folder.part(name)
        try FileManager.default.createDirectory(at: part.url, withIntermediateDirectories: true)
        try Data("{}".utf8).write(to: part.plan)
      }
      #expect(folder.parts == ["a/n/5-steps", "b/n/5-steps"])
      // No run is a part, whatever lies in its folder.
      let run = folder.runs.appending(path: "simclr/old")
      try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
      try Data("{}".utf8).write(to: StudyFolder(run).plan)
      #expect(folder.parts.count == 2 && folder.part("a/n/5-steps").whole == nil)
      let index = StudyIndex(
        title: "both", command: "glean", parts: ["b/n/5-steps", "c/n/5-steps"])
      try folder.save(index)
      #expect(folder.parts == ["b/n/5-steps", "a/n/5-steps"] && folder.index == index)
      #expect(folder.part("b/n/5-steps").whole?.url.path == folder.url.path)
      #expect(folder.part("a/n/5-steps").whole == nil)
      try folder.refuseHiding(ofParts: false)
      #expect(throws: StudyError.self) { try folder.refuseHiding(ofParts: true) }
      try Data("{}".utf8).write(to: folder.plan)
      #expect(folder.parts == [""])
      try folder.refuseHiding(ofParts: true)
      #expect(throws: StudyError.self) { try folder.refuseHiding(ofParts: false) }
    }
  }
}
