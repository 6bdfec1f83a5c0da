import Foundation
public import Backbones
public import Torch
public import TorchNN

/// A copy of the student that follows it as a moving average and receives no gradients: BYOL's target,
/// MoCo's key encoder, DINO's teacher.
///
/// Its parameters are averaged; its batch statistics are its own, from the views that it is shown.
public final class Teacher: Module {
  /// The teacher's backbone.
  public let backbone: Backbone
  /// What stands between its backbone and the loss.
  public let head: Layer
  private let student: Unowned<Backbone>
  private let studentHead: Unowned<Layer>

  /// A teacher that begins as its student.
  /// - Parameter head: a head of the student's shape; its weights are overwritten.
  public init(_ context: PretextContext, following studentHead: Layer, head: Layer) {
    student = Unowned(context.backbone)
    self.studentHead = Unowned(studentHead)
    self.head = head
    backbone = context.spec.make(random: RandomStream(seed: 0, "teacher"))
    super.init()
    copy()
    freeze()
  }

  /// The teacher's backbone as the network that its student is.
  func backbone<Network: Backbone>(like student: Network) -> Network {
    guard let network = backbone as? Network else {
      preconditionFailure("Teacher: \(backbone.spec.id) has not its student's architecture")
    }
    return network
  }

  /// The head's outputs for images, without gradients.
  public func callAsFunction(_ images: Tensor) -> Tensor {
    withoutGradient { head(backbone(images)) }
  }

  /// θ′ ← m·θ′ + (1 − m)·θ, over all parameters.
  public func follow(momentum: Double) {
    TensorList.lerp(
      parameters.map(\.parameter.value), to: studentParameters, weight: 1 - momentum)
  }

  private var studentParameters: [Tensor] {
    (student.module.parameters + studentHead.module.parameters).map(\.parameter.value)
  }

  /// Takes over parameters and buffers as they are.
  private func copy() {
    let source = student.module.state + studentHead.module.state
    withoutGradient {
      for (own, other) in zip(state, source) { own.tensor.assign(other.tensor) }
    }
  }
}

/// The teacher's momentum over a run: from `base` to `end` by half a cosine (Grill et al. 2020, C.1).
///
/// A momentum published for 100,000 steps would leave the teacher of a short run where it began:
/// under 5,000 steps the base is at most 1 − 10 / steps, so that the teacher's memory is a tenth of
/// the run.
public func teacherMomentum(from base: Double, to end: Double = 1, _ progress: StepProgress)
  -> Double
{
  let steps = Double(max(1, progress.steps))
  let start = progress.steps < shortRunSteps ? min(base, max(0, 1 - 10 / steps)) : base
  return end - (end - start) * (cos(.pi * progress.share) + 1) / 2
}

/// A teacher's temperature, which rises over the first `share` of a run. In a short run it stays where
/// it begins: with features that are still nearly random, a softer teacher says the same of every
/// image.
func risingTemperature(
  from start: Double, to end: Double, over share: Double, _ progress: StepProgress
) -> Double {
  if progress.steps < shortRunSteps { return start }
  return start + (end - start) * min(1, progress.share / max(share, 1e-9))
}
