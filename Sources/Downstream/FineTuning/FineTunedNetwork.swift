public import Backbones
public import Torch
public import TorchNN

/// A copy of a pretrained backbone with a linear classifier on its features.
public final class FineTunedNetwork: Module {
  /// The copy, which the tuning changes.
  public let backbone: Backbone
  /// From features to a score for each of ``present``.
  public let head: Linear
  /// The classes that training images have, ascending; others are never predicted.
  public let present: [Int]
  private let classes: Int

  /// Batches below this many images have statistics too rough to normalise by: below about 16, the
  /// error of batch normalisation rises steeply (Wu and He 2018, figure 1).
  static let smallBatch = 16

  init(
    copying pretrained: Backbone, present: [Int], classes: Int, seed: UInt64, device: Device
  ) {
    backbone = pretrained.spec.make(random: RandomStream(seed: seed, "fine-tune.copy"))
    head = Linear(
      pretrained.features, present.count, initialisation: .narrowNormal,
      random: RandomStream(seed: seed, "fine-tune.head"))
    self.present = present
    self.classes = classes
    super.init()
    do {
      try backbone.load(
        Dictionary(uniqueKeysWithValues: pretrained.state.map { ($0.name, $0.tensor) }))
    } catch {
      preconditionFailure("FineTunedNetwork: a \(pretrained.spec.id) is not what it says: \(error)")
    }
    move(to: device)
    useChannelsLast()
  }

  /// Class probabilities `[N, classes]` of images `[N, C, H, W]`, `float32`; 0 for a class without
  /// training images. Without gradients; the network should be in use mode.
  public func probabilities(_ images: Tensor) -> Tensor {
    withoutGradient {
      let own = head(backbone(images)).to(.float32).softmax()
      if present.count == classes { return own }
      let all = Tensor.zeros([classes, own.size(0)], device: own.device)
      all.assignRows(Tensor(present).to(own.device), own.transposed())
      return all.transposed()
    }
  }

  /// Puts the network into training. Batch normalisation keeps the pretrained statistics where
  /// batches are small.
  func learn(batch: Int) {
    train()
    if batch < Self.smallBatch { Self.useRunningStatistics(in: backbone) }
  }

  private static func useRunningStatistics(in module: Module) {
    if module is BatchNorm { module.train(false) }
    for (_, child) in module.children { useRunningStatistics(in: child) }
  }

  /// A copy of all weights and statistics.
  var snapshot: [Tensor] { state.map { $0.tensor.detached().copy() } }

  /// Goes back to a ``snapshot``.
  func restore(_ snapshot: [Tensor]) {
    withoutGradient {
      for (own, kept) in zip(state, snapshot) { own.tensor.assign(kept) }
    }
  }
}
