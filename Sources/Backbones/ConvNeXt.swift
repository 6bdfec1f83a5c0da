public import Torch
import TorchNN

/// A ConvNeXt (Liu et al. 2022, arXiv 2201.03545) with timm's names and numerics, without the
/// classifier: weights of `convnext_tiny`, `convnext_atto` and `convnext_femto` fit as they are with
/// the standard stem.
public final class ConvNeXt: ConvNet {
  let stem: Sequential
  let stages: [ConvNeXtStage]
  let headNorm: LayerNorm

  /// Random weights as published: normal with deviation 0.02, biases 0; each branch is multiplied by
  /// 1e-6.
  /// - Parameters:
  ///   - spec: a ConvNeXt's; traps on another.
  ///   - random: where weights are drawn from, in the order of the state dictionary.
  public init(_ spec: BackboneSpec, random: RandomStream) {
    guard let plan = ConvNeXt.plan(spec.architecture) else {
      preconditionFailure("ConvNeXt: \(spec.id) is not a ConvNeXt")
    }
    let patch = ConvNeXt.stemPatch(spec)
    stem = Sequential([
      Conv2d(
        spec.inputChannels, spec.width, kernel: patch, stride: patch, bias: true,
        initialisation: .narrowNormal, random: random), LayerNorm2d(spec.width),
    ])
    var rates = DropPath.rates(to: spec.dropPath ?? 0, depth: plan.depths.reduce(0, +))[...]
    stages = plan.depths.enumerated().map { stage, depth in
      defer { rates = rates.dropFirst(depth) }
      return ConvNeXtStage(
        spec.width << max(0, stage - 1), spec.width << stage, rates: Array(rates.prefix(depth)),
        convolves: plan.convolves, random: random)
    }
    let features = spec.width << (plan.depths.count - 1)
    headNorm = LayerNorm(features, epsilon: 1e-6)
    super.init(spec: spec, features: features)
  }

  /// timm keeps the last norm beside the classifier.
  public override var stateNames: [String: String] { ["headNorm": "head.norm"] }

  /// Blocks in each of the four stages, channels of the first as published, and whether timm keeps
  /// the layers between channels as 1×1 kernels; `nil` if it is no ConvNeXt.
  static func plan(
    _ architecture: BackboneSpec.Architecture
  ) -> (depths: [Int], width: Int, convolves: Bool)? {
    switch architecture {
    case .convNeXtAtto: ([2, 2, 6, 2], 40, true)
    case .convNeXtFemto: ([2, 2, 6, 2], 48, true)
    case .convNeXtTiny: ([3, 3, 9, 3], 96, false)
    default: nil
    }
  }

  /// Side in pixels of what the stem makes one place of.
  static func stemPatch(_ spec: BackboneSpec) -> Int { spec.stem == .small ? 2 : 4 }

  /// The feature map after a stage; the last one's is `[N, features, h, w]`, before the last norm: a
  /// 32nd of the image's height and width, rounded down, with the standard stem, a 16th with the small
  /// one. Images too small for one place are enlarged to it.
  override func featureMap(
    _ images: Tensor, stages count: Int, visit: (Tensor) -> Void
  ) -> Tensor {
    let (height, width) = (max(images.size(2), spec.reduction), max(images.size(3), spec.reduction))
    let isLarge = height == images.size(2) && width == images.size(3)
    var x = stem(isLarge ? images : images.resized(height: height, width: width))
    visit(x)
    for stage in stages.prefix(count) {
      x = stage(x)
      visit(x)
    }
    return x
  }

  /// The feature map's mean, normalised, `[N, features]`.
  public override func feature(of map: Tensor) -> Tensor { headNorm(map.mean(over: 2, 3)) }
}
