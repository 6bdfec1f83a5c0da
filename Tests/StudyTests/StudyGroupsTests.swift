import Backbones
import Images
import Study
import TestSupport
import Testing
import Torch
import TorchNN
import Training

/// A study of images that come in groups.
struct StudyGroupsTests {
  /// 120 images of three classes from 24 patients; images without a label are of patients that have
  /// labelled ones too.
  private func data() throws -> StudyData {
    let store = try DrawnImages.store(120, columns: "label,group") { image in
      "\(image % 7 == 0 ? "" : "c\(image % 3)"),patient \(image * 11 % 24)"
    }
    return try StudyData(store, device: .cpu)
  }

  @Test func noGroupOfATestImageIsTrainedOn() throws {
    let data = try data()
    let groups = try #require(data.images.groups)
    let test = Set(data.test.map { groups[$0] })
    #expect(!data.hasOwnTest && test.count >= 2)
    #expect(test.isDisjoint(with: data.pool.map { groups[$0] }))
    // An image without a label belongs to its patient all the same.
    let left = Set(data.images.labels.indices).subtracting(data.pool).subtracting(data.test)
    #expect(!left.isEmpty && left.allSatisfy { data.images.labels[$0] == nil })
    #expect(left.allSatisfy { test.contains(groups[$0]) })
  }

  @Test func imagesWithoutALabelCannotAllBeLabelled() throws {
    let data = try data()
    let base = StudyPlan(
      name: "patients", dataHash: data.images.contentHash, methods: [], sizes: [],
      labels: .allLabelled, seeds: [], backbone: try BackboneSpec("resnet18", imageSize: 8),
      imageSize: 8, batch: 8, budget: .steps(1), recipe: .automatic, precision: .float32)
    var request = StudyRequest()
    request.budget = .steps(1)
    let labelled = data.labelledPool.count
    let error = #expect(throws: StudyError.self) {
      try StudyPlan.fitted(request, to: data, base: base) { _ in [:] }
    }
    #expect(labelled < data.pool.count)
    #expect(error?.description.contains("give --labels \(labelled), or fewer") == true)
    request.labels = .fewLabels(labelled)
    #expect(
      try StudyPlan.fitted(request, to: data, base: base) { _ in [:] }.labels == request.labels)
  }

  @Test(arguments: [LabelDesign.allLabelled, .fewLabels(20)])
  func subsetsKeepGroupsWhole(labels: LabelDesign) throws {
    let data = try data()
    let groups = try #require(data.images.groups)
    let plan = StudyPlan(
      name: "patients", dataHash: data.images.contentHash, methods: ["simclr"], sizes: [40],
      labels: labels, seeds: [0, 1, 2], backbone: try BackboneSpec("resnet18", imageSize: 8),
      imageSize: 8, batch: 8, budget: .steps(1), recipe: .automatic, precision: .float32)
    for run in try plan.runs() {
      let draw = try data.draw(run, labels)
      for (chosen, all) in [(draw.training, data.pool), (draw.labelled, data.labelledPool)] {
        let rest = Set(all).subtracting(chosen).map { groups[$0] }
        #expect(Set(chosen.map { groups[$0] }).isDisjoint(with: rest))
      }
      #expect(abs(draw.training.count - 40) <= 3)
    }
  }

  @Test func fractionsOfTheLabelsShowEveryClassInWholeGroups() throws {
    // Every patient has images of one class alone: of three patients, each fold lacks a class.
    let network = try BackboneSpec("resnet18:width=2", imageSize: 8).make(
      random: RandomStream(seed: 1))
    network.train(false)
    let reports = try #require(
      try NetworkReport.judge(
        network, on: try data(), by: [.fractions], imageSize: 8, precision: nil, seed: 0))
    #expect(reports.map(\.evaluation.rawValue) == ["linear/1%", "linear/10%"])
  }
}
