import Augment
import Backbones
import Foundation
import Insight
import Pretext
import TestSupport
import Testing
import Torch
import TorchNN
import Training

/// What a run's checkpoint gives back of its task, of runs on 24 images of noise.
@Suite struct InspectedTaskTests {
  private let images = RandomStream(seed: 7).normal([4, 3, 12, 12])

  private func run(
    _ method: String, in folder: URL, _ options: [String: JSONValue] = [:]
  ) throws -> any PretextTask {
    let pixels = RandomStream(seed: 5).integers([24, 12, 12, 3], in: 0..<256).to(.uint8)
    let backbone =
      try Registry.card(method).backbones.contains(.resnet)
      ? "resnet18:width=2" : "vit-micro:patch=4"
    let configuration = RunConfiguration(
      method: method, options: options, backbone: try BackboneSpec(backbone, imageSize: 12),
      imageSize: 12, batch: 8, budget: .steps(3), precision: .float32)
    return try Trainer(
      configuration, store: DeviceStore(pixels: pixels, labels: Array(repeating: nil, count: 24)),
      indices: Array(0..<24), classCount: 0, folder: folder
    ).run().task
  }

  private func inspected(_ method: String, _ folder: URL?, channels: Int = 3) throws
    -> InspectedNetwork
  {
    let network = try BackboneSpec("resnet18:width=2", imageSize: 12)
      .make(random: RandomStream(seed: 1))
    var inspected = InspectedNetwork(name: "n", network: network, imageSize: 12)
    inspected.addTask(of: method, from: folder, channels: channels, device: .cpu)
    return inspected
  }

  private static let small: [String: JSONValue] = [
    "decoderWidth": .number(24), "decoderDepth": .number(1), "decoderHeads": .number(2),
  ]

  @Test func aRunsCheckpointPaintsAsTheRunDid() throws {
    try Fixtures.inTemporaryFolder { folder in
      let trained = try #require(try run("mae", in: folder, Self.small) as? any Reconstructing)
      let found = try inspected("mae", folder)
      #expect(found.missing == nil && found.task?.prototypeScores == nil)
      #expect(found.task?.imageSize == 12)
      let paint = try #require(found.task?.reconstruction)
      let expected = trained.reconstruction(of: images, random: RandomStream(seed: 1)).painted
      #expect(isClose(paint(images, RandomStream(seed: 1)).painted, expected, tolerance: 1e-5))
    }
  }

  @Test func aRunsCheckpointKeepsItsPrototypes() throws {
    try Fixtures.inTemporaryFolder { folder in
      let options: [String: JSONValue] = ["hidden": .number(24), "output": .number(12)]
      let trained = try #require(
        try run("deepcluster-v2", in: folder, options) as? any Prototyped)
      let found = try inspected("deepcluster-v2", folder)
      #expect(found.missing == nil && found.task?.reconstruction == nil)
      let score = try #require(found.task?.prototypeScores)
      let scores = score(images)
      #expect(scores.shape == [4, 2])
      #expect(isClose(scores, trained.prototypeScores(of: images), tolerance: 1e-5))
    }
  }

  @Test func aCheckpointOfAnotherMethodIsRefused() throws {
    try Fixtures.inTemporaryFolder { folder in
      let (own, other) = (folder.appending(path: "own"), folder.appending(path: "other"))
      _ = try run("mae", in: own, Self.small)
      _ = try run("simmim", in: other)
      let file = own.appending(path: Trainer.checkpointName)
      try FileManager.default.removeItem(at: file)
      try FileManager.default.copyItem(at: other.appending(path: Trainer.checkpointName), to: file)
      let mixed = try inspected("mae", own)
      #expect(mixed.task == nil && mixed.missing?.picture == .reconstructions)
      #expect(try #require(mixed.missing).reason.contains("not a checkpoint of mae"))
      try Data("glean".utf8).write(to: file)
      #expect(try inspected("mae", own).missing?.reason.contains("damaged") == true)
      #expect(try inspected("mae", other).missing?.reason.contains("a run of simmim") == true)
      #expect(try inspected("simmim", other, channels: 1).task == nil)
      #expect(try inspected("simmim", other).task != nil)
    }
  }

  @Test func withoutACheckpointTheReasonIsGivenWhereAPictureIsLost() throws {
    try Fixtures.inTemporaryFolder { folder in
      for (method, picture) in [
        ("mae", InspectedTask.Picture.reconstructions), ("swav", .prototypes),
      ] {
        for place in [folder, nil] {
          let found = try inspected(method, place)
          #expect(found.task == nil && found.missing?.picture == picture)
          #expect(found.missing?.reason.contains(Trainer.checkpointName) == true)
        }
      }
      for method in ["simclr", "random", "nothing"] {
        let found = try inspected(method, folder)
        #expect(found.task == nil && found.missing == nil)
      }
    }
  }
}
