@_exported public import Downstream
public import Foundation
public import Training

/// What a run is: the facts that decide its result, and the hash that stands for them.
public struct RunKey: Codable, Hashable, Sendable, Identifiable {
  /// Hexadecimal hash, given by the caller, of everything that decides the result.
  public var id: String
  /// The name of the data set that it is judged on.
  public var dataset: String
  /// The hash of what decides its training alone: runs that differ in what they are judged on share
  /// their training.
  public var training: String
  /// The method's name: "simclr", or a baseline ("random", "supervised").
  public var method: String
  /// The family of the pretext task; nil for baselines.
  public var family: String?
  /// The backbone's name, as "resnet18-w16-small".
  public var backbone: String
  /// N: images to pretrain on.
  public var pretrainImages: Int
  /// L: labelled images downstream.
  public var labelledImages: Int
  /// The seed of subset, initialisation and augmentation.
  public var seed: Int
  /// False for baselines that are the same at every N (few-labels design): recorded once for each
  /// seed, and paired with every size.
  public var dependsOnPretrainingSize: Bool
  /// The exact configuration, as JSON.
  public var config: String

  /// Describes a run that is to be done.
  public init(
    id: String, dataset: String, training: String = "", method: String, family: String? = nil,
    backbone: String, pretrainImages: Int, labelledImages: Int, seed: Int,
    dependsOnPretrainingSize: Bool = true,
    config: String = "{}"
  ) {
    self.id = id
    self.dataset = dataset
    self.training = training
    self.method = method
    self.family = family
    self.backbone = backbone
    self.pretrainImages = pretrainImages
    self.labelledImages = labelledImages
    self.seed = seed
    self.dependsOnPretrainingSize = dependsOnPretrainingSize
    self.config = config
  }
}

/// Where a run stands.
public enum RunStatus: String, Codable, Sendable, CaseIterable {
  /// Begun. After a kill it stays so, and is simply not finished.
  case running
  /// Done, with its scores.
  case finished
  /// Stopped by an error, kept in the record's message.
  case failed
}

/// What a run cost.
public struct RunCost: Codable, Hashable, Sendable {
  /// Wall-clock seconds of the training.
  public var seconds: Double
  /// Optimiser steps.
  public var steps: Int
  /// Images seen, counting repeats (not views).
  public var imagesSeen: Int
  /// Images a second while training.
  public var imagesPerSecond: Double
  /// Highest resident memory, in bytes.
  public var peakMemoryBytes: Int

  /// The cost of a network that is not trained.
  static let none = RunCost(
    seconds: 0, steps: 0, imagesSeen: 0, imagesPerSecond: 0, peakMemoryBytes: 0)

  /// Gathers the cost of a run.
  public init(
    seconds: Double, steps: Int, imagesSeen: Int, imagesPerSecond: Double, peakMemoryBytes: Int
  ) {
    self.seconds = seconds
    self.steps = steps
    self.imagesSeen = imagesSeen
    // A run too short to be timed gives 0 / 0, which neither SQLite nor JSON can hold.
    self.imagesPerSecond = imagesPerSecond.isFinite ? imagesPerSecond : 0
    self.peakMemoryBytes = peakMemoryBytes
  }
}

/// A run and what became of it.
public struct RunRecord: Codable, Hashable, Sendable, Identifiable {
  /// What the run is.
  public var key: RunKey
  /// Where it stands.
  public var status: RunStatus
  /// When it was last begun.
  public var startedAt: Date
  /// When it was finished or failed; nil while it runs.
  public var finishedAt: Date?
  /// What it cost; nil until it is finished.
  public var cost: RunCost?
  /// The Glean that ran it.
  public var gleanVersion: String
  /// The source commit that ran it; empty if not known.
  public var commit: String
  /// Where checkpoints and `metrics.csv` lie.
  public var directory: String
  /// The error, if it failed.
  public var message: String?
  /// What the test images' features look like; nil until it is finished.
  public var features: FeatureHealth?

  /// The run's hash.
  public var id: String { key.id }

  /// The run as it begins: what it will cost and when it ends is not known yet.
  var begun: RunRecord {
    RunRecord(
      key: key, startedAt: startedAt, gleanVersion: gleanVersion, commit: commit,
      directory: directory)
  }

  /// Gathers a record.
  public init(
    key: RunKey, status: RunStatus = .running, startedAt: Date = Date(), finishedAt: Date? = nil,
    cost: RunCost? = nil, gleanVersion: String = "", commit: String = "", directory: String = "",
    message: String? = nil, features: FeatureHealth? = nil
  ) {
    self.key = key
    self.status = status
    self.startedAt = startedAt
    self.finishedAt = finishedAt
    self.cost = cost
    self.gleanVersion = gleanVersion
    self.commit = commit
    self.directory = directory
    self.message = message
    self.features = features
  }
}

/// One figure of one run.
public struct Score: Codable, Hashable, Sendable {
  /// The run's hash.
  public var runId: String
  /// How it was judged.
  public var evaluation: EvaluationProtocol
  /// What was measured.
  public var metric: Metric
  /// The figure; shares are in 0...1.
  public var value: Double
  /// The 95% interval over what was drawn in this one run: the test images (a bootstrap), or the
  /// draws of the labels.
  public var interval: Interval?
  /// The hyper-parameters chosen on validation images, as text ("C = 0.1"); empty if none.
  public var chosen: String

  /// Gathers a score.
  public init(
    runId: String, evaluation: EvaluationProtocol, metric: Metric, value: Double,
    interval: Interval? = nil, chosen: String = ""
  ) {
    self.runId = runId
    self.evaluation = evaluation
    self.metric = metric
    self.value = value
    self.interval = interval
    self.chosen = chosen
  }

  private enum CodingKeys: String, CodingKey {
    case runId
    case evaluation = "protocol"
    case metric
    case value
    case interval
    case chosen
  }
}
