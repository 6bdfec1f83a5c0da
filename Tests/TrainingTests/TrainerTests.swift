import Augment
import Backbones
import Foundation
import Pretext
import TestSupport
import Testing
import Torch
import TorchNN
import Training

/// Runs of the loop on 24 images of noise.
@Suite struct TrainerTests {
  static func store(_ device: Device = .cpu) -> DeviceStore {
    let pixels = RandomStream(seed: 5).integers([24, 12, 12, 3], in: 0..<256).to(.uint8)
    return DeviceStore(pixels: pixels, labels: (0..<24).map { $0 % 3 }, device: device)
  }

  static func configuration(
    _ method: String = "simclr", steps: Int = 6, seed: UInt64 = 1
  ) throws -> RunConfiguration {
    // Heads that cost no time.
    let small: [String: JSONValue] = [
      "hidden": .number(24), "output": .number(12), "width": .number(24), "bottleneck": .number(8),
      "decoderWidth": .number(24), "decoderDepth": .number(1), "decoderHeads": .number(2),
    ]
    let known = Set((Registry.defaults(of: method) ?? []).map(\.name))
    let takesConvNets = try Registry.card(method).backbones.contains(.resnet)
    return RunConfiguration(
      method: method, options: small.filter { known.contains($0.key) },
      backbone: try BackboneSpec(
        takesConvNets ? "resnet18:width=2" : "vit-micro:patch=4", imageSize: 12),
      imageSize: 12, batch: 8, budget: .steps(steps), seed: seed, precision: .float32)
  }

  private func run(
    _ configuration: RunConfiguration, in folder: URL, stopAfter: Int = .max,
    indices: [Int] = Array(0..<24)
  ) throws -> TrainingOutcome {
    var trainer = Trainer(
      configuration, store: Self.store(), indices: indices, classCount: 3, folder: folder)
    trainer.checkpointInterval = 1e9
    var done = 0
    return try trainer.run(shouldStop: {
      done += 1
      return done >= stopAfter
    })
  }

  private func weights(_ folder: URL) throws -> Data {
    try Data(contentsOf: folder.appending(path: Trainer.weightsName))
  }

  @Test(arguments: Registry.tasks.map { $0.card.name })
  func aStoppedRunGoesOnToTheSameWeights(method: String) throws {
    try Fixtures.inTemporaryFolder { folder in
      let configuration = try Self.configuration(method)
      let whole = folder.appending(path: "whole")
      let parts = folder.appending(path: "parts")
      #expect(try run(configuration, in: whole).isFinished)
      let first = try run(configuration, in: parts, stopAfter: 4)
      #expect(!first.isFinished && first.step == 4)
      #expect(
        !FileManager.default.fileExists(atPath: parts.appending(path: Trainer.weightsName).path))
      let second = try run(configuration, in: parts)
      #expect(second.isFinished && second.sitting.images == 2 * 8 && second.imagesSeen == 6 * 8)
      #expect(try weights(whole) == weights(parts))
    }
  }

  @Test(arguments: ["simclr", "moco-v2", "swav", "dino", "mae"])
  func watchingHeldOutImagesLeavesTheWeightsAsTheyAre(method: String) throws {
    try Fixtures.inTemporaryFolder { folder in
      let configuration = try Self.configuration(method, steps: 24)
      let (alone, watched) = (folder.appending(path: "alone"), folder.appending(path: "watched"))
      for (place, heldOut) in [(alone, []), (watched, Array(16..<24))] {
        var trainer = Trainer(
          configuration, store: Self.store(), indices: Array(0..<16), classCount: 3, folder: place)
        trainer.heldOut = heldOut
        _ = try trainer.run()
      }
      #expect(try weights(alone) == weights(watched))
      let text = try String(
        contentsOf: watched.appending(path: Trainer.heldOutName), encoding: .utf8)
      #expect(text.split(separator: "\n").count == 3, "\(text)")
      #expect(
        !FileManager.default.fileExists(atPath: alone.appending(path: Trainer.heldOutName).path))
    }
  }

  /// Six steps of 8 show 48 images: no image could be met often, so as few as a batch are taken.
  @Test(arguments: ["exemplar-cnn", "npid", "pirl"])
  func whereImagesAreClassesARunTakesAsManyAsItCanMeetOften(method: String) throws {
    try Fixtures.inTemporaryFolder { folder in
      let task = try run(Self.configuration(method), in: folder).task
      #expect(task.state.contains { ["head.weight", "memory"].contains($0.name) })
      for (name, tensor) in task.state where ["head.weight", "memory"].contains(name) {
        #expect(tensor.size(0) == 8, "\(name)")
      }
    }
    #expect(exemplarCount(images: 5000, steps: 400, batch: 128) == 512)
    #expect(exemplarCount(images: 500, steps: 400, batch: 128) == 500)
    #expect(exemplarCount(images: 5000, steps: 40_000, batch: 128) == 5000)
  }

  @Test func aRunBeginsWithTheWeightsItIsGiven() throws {
    try Fixtures.inTemporaryFolder { folder in
      let first = try run(Self.configuration(steps: 2), in: folder.appending(path: "first"))
      let file = folder.appending(path: "first/\(Trainer.weightsName)")
      var configuration = try Self.configuration("supervised", steps: 1)
      configuration.initial = try InitialWeights(file)
      let begun = try configuration.makeBackbone()
      for (own, given) in zip(begun.state, first.task.pretrained.state) {
        #expect(own.name == given.name && isClose(own.tensor, given.tensor, tolerance: 0))
      }
      // Another place of the same file is the same run; other weights are not.
      let copy = folder.appending(path: "copy.safetensors")
      try FileManager.default.copyItem(at: file, to: copy)
      #expect(try InitialWeights(copy) == configuration.initial)
      _ = try run(configuration, in: folder.appending(path: "tuned"))
      configuration.initial = nil
      let error = #expect(throws: TrainingError.self) {
        try run(configuration, in: folder.appending(path: "tuned"))
      }
      #expect("\(try #require(error))".contains("initial was"))
    }
  }

  // DeepCluster-v2 passes over the whole set between steps, and BYOL has a teacher.
  @Test(
    arguments: ["byol", "deepcluster-v2"],
    ["vit-micro:patch=4", "convnext-atto:width=4"])
  func aStoppedRunWithDropPathGoesOnToTheSameWeights(method: String, backbone: String) throws {
    try Fixtures.inTemporaryFolder { folder in
      var configuration = try Self.configuration(method)
      configuration.backbone = try BackboneSpec("\(backbone),droppath=0.5", imageSize: 12)
      let (whole, parts) = (folder.appending(path: "whole"), folder.appending(path: "parts"))
      #expect(try run(configuration, in: whole).isFinished)
      // An epoch has three steps: the second sitting begins with the pass of the second epoch.
      #expect(try run(configuration, in: parts, stopAfter: 3).step == 3)
      #expect(try run(configuration, in: parts).isFinished)
      #expect(try weights(whole) == weights(parts))
      configuration.backbone = try BackboneSpec(backbone, imageSize: 12)
      let plain = folder.appending(path: "plain")
      _ = try run(configuration, in: plain)
      let trained = try [whole, plain].map {
        try SafeTensors(contentsOf: $0.appending(path: Trainer.weightsName)).byName
      }
      #expect(trained[0].contains { $0.value.bytes != trained[1][$0.key]?.bytes })
    }
  }

  @Test func theSeedDecidesTheWeights() throws {
    try Fixtures.inTemporaryFolder { folder in
      let names = ["a", "b", "c"]
      for (name, seed) in zip(names, [1, 1, 2] as [UInt64]) {
        _ = try run(Self.configuration(steps: 2, seed: seed), in: folder.appending(path: name))
      }
      let files = try names.map { try weights(folder.appending(path: $0)) }
      #expect(files[0] == files[1])
      #expect(files[0] != files[2])
    }
  }

  @Test func otherSettingsOrImagesAreNotMistakenForTheSameRun() throws {
    try Fixtures.inTemporaryFolder { folder in
      _ = try run(Self.configuration(), in: folder, stopAfter: 2)
      let error = #expect(throws: TrainingError.self) {
        try run(Self.configuration(steps: 9), in: folder)
      }
      #expect("\(try #require(error))".contains("budget was 6 steps, now 9 steps"))
      #expect(throws: TrainingError.self) {
        try run(Self.configuration(), in: folder, indices: Array(0..<16))
      }
    }
  }

  @Test func aDamagedCheckpointIsNamed() throws {
    try Fixtures.inTemporaryFolder { folder in
      _ = try run(Self.configuration(), in: folder, stopAfter: 2)
      let checkpoint = folder.appending(path: Trainer.checkpointName)
      try Data(contentsOf: checkpoint).prefix(1000).write(to: checkpoint)
      let error = #expect(throws: TrainingError.self) { try run(Self.configuration(), in: folder) }
      #expect("\(try #require(error))".contains(checkpoint.path))
    }
  }

  @Test func aRunThatDivergesStopsAndSaysSo() throws {
    try Fixtures.inTemporaryFolder { folder in
      // Scores divided by so little are infinite.
      var configuration = try Self.configuration()
      configuration.options["temperature"] = .number(1e-60)
      let error = #expect(throws: TrainingError.self) { try run(configuration, in: folder) }
      #expect("\(try #require(error))".contains("diverged"))
    }
  }

  @Test func metricsHaveALineEveryTenStepsAndGoOnWithoutRepeats() throws {
    try Fixtures.inTemporaryFolder { folder in
      let configuration = try Self.configuration(steps: 25)
      _ = try run(configuration, in: folder, stopAfter: 12)
      _ = try run(configuration, in: folder)
      let text = try String(
        contentsOf: folder.appending(path: Trainer.metricsName), encoding: .utf8)
      let steps = text.split(separator: "\n").dropFirst().map { $0.prefix { $0 != "," } }
      #expect(steps == ["10", "12", "20", "25"])
      #expect(
        text.hasPrefix(
          "step,epoch,loss,learning_rate,effective_rank,deviation,uniformity,alignment,seconds"))
    }
  }

  @Test func oneImageIsTooFew() throws {
    try Fixtures.inTemporaryFolder { folder in
      #expect(throws: TrainingError.self) {
        try run(Self.configuration(), in: folder, indices: [3])
      }
    }
  }

  @Test func fewerImagesThanABatchAreOneBatch() throws {
    try Fixtures.inTemporaryFolder { folder in
      let outcome = try run(Self.configuration(steps: 3), in: folder, indices: [1, 2, 5])
      #expect(outcome.imagesSeen == 9)
    }
  }
}
