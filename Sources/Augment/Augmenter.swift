import Torch

/// Turns batches of indices into views.
///
/// What is drawn depends only on the seed, the step and an image's position in the batch, so an
/// interrupted run that goes on draws the views it would have drawn.
public struct Augmenter {
  /// The images.
  public let store: DeviceStore
  /// The views of each.
  public let plan: ViewPlan
  /// The seed of every draw.
  public let seed: UInt64
  /// Whether colours follow torchvision to the letter: hue in HSV, and a clamp after each change.
  ///
  /// Otherwise brightness, contrast, saturation, hue and grayscale fold into one matrix an image:
  /// hue turns about the grey axis of YIQ, contrast uses the grey mean carried through the changes
  /// before it, and values are clamped once, at the end. That is several times as fast.
  public let exact: Bool

  /// An augmenter of `store` for `plan`.
  public init(store: DeviceStore, plan: ViewPlan, seed: UInt64, exact: Bool = false) {
    self.store = store
    self.plan = plan
    self.seed = seed
    self.exact = exact
  }

  /// The views of a batch.
  /// - Parameters:
  ///   - indices: the images; one may occur twice, and is then seen differently.
  ///   - step: the number of the training step.
  ///   - position: where this part of the batch starts in the whole, for batches that are dealt out
  ///     to several processes.
  public func views(of indices: [Int], step: Int, position: Int = 0) -> Views {
    var views = Views(
      images: [], boxes: [], flips: [],
      indices: Tensor(indices).to(store.device), labels: store.labels(of: indices))
    let masks = store.targets?.kind == .masks ? store.targets : nil
    if masks == nil, let targets = store.targets {
      views.targets = targets.values.rows(Tensor(indices)).to(store.device)
    }
    for (number, group) in plan.views.enumerated() {
      let stream = RandomStream(seed: seed, "augment.\(number)", step)
      var parameters = ViewParameters(
        group.augmentation, store: store, indices: indices, stream: stream, position: position)
      var matrices: [[Float]] = []
      if let rotation = group.augmentation.rotation {
        // A stream of its own: recipes without turns draw what they drew before there were any.
        let turns = RandomStream(seed: seed, "turn.\(number)", step)
          .uniform([position + indices.count]).floats.dropFirst(position).map(rotation.turn)
        parameters.turns = turns
        matrices = store.turnMatrices(indices: indices, boxes: parameters.boxes, turns: turns)
        views.turns[number] = Tensor(matrices.flatMap(\.self), shape: [indices.count, 2, 2])
      }
      views.images.append(render(indices, parameters, group))
      if let masks {
        views.masks.append(
          masks.masks(of: indices, parameters, matrices: matrices, size: group.size)
            .to(store.device))
      }
      views.boxes.append(parameters.boxShares(width: store.width, height: store.height))
      views.flips.append(parameters.flips)
    }
    return views
  }

  private func render(
    _ indices: [Int], _ parameters: ViewParameters, _ group: ViewGroup
  ) -> Tensor {
    let crops =
      parameters.turns.isEmpty
      ? store.resizedCrops(indices: indices, boxes: parameters.boxes, size: group.size)
      : store.turnedCrops(
        indices: indices, boxes: parameters.boxes, turns: parameters.turns, size: group.size)
    DeviceStore.flip(crops, where: parameters.isFlipped, axis: 3)
    DeviceStore.flip(crops, where: parameters.isFlippedVertically, axis: 2)
    let images =
      exact
      ? store.exactlyColored(crops, parameters.colors) : store.colored(crops, parameters.colors)
    BlurKernel.blur(images, sigmas: parameters.blurs)
    if let solarize = group.augmentation.solarize {
      store.solarize(images, threshold: solarize.threshold, where: parameters.isSolarized)
    }
    return images
  }
}
