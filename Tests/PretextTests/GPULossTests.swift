import Augment
import Pretext
import TestSupport
import Testing
import Torch
import TorchNN

/// Where there is a GPU, every method does on it what it does on the processor.
@Suite(.enabled(if: Machine.cudaDevices > 0)) struct GPULossTests {
  // Convolutions may round their inputs to TF32, 10 bits of mantissa; SMoG gives each image to one
  // of its groups, which may be another where two are as near.
  @Test(arguments: MethodTests.cases)
  func lossAndGradientsAreThoseOfTheProcessor(_ test: MethodTests.Case) throws {
    let (here, there) = (try learnt(test, on: .cpu), try learnt(test, on: .cuda()))
    #expect(
      isClose(there.loss, here.loss, tolerance: test.method == "smog" ? 5e-2 : 5e-3),
      "\(there.loss) \(here.loss)")
    #expect(isClose(there.features, here.features, tolerance: 2e-2))
    let along = (here.gradient * there.gradient).sum().scalar
    let lengths = here.gradient.square().sum().scalar * there.gradient.square().sum().scalar
    #expect(along > 0.98 * lengths.squareRoot(), "\(along / lengths.squareRoot())")
  }

  /// The loss, features and backbone's gradient of one step, brought to the processor.
  private func learnt(
    _ test: MethodTests.Case, on device: Device
  ) throws -> (loss: Tensor, features: Tensor, gradient: Tensor) {
    let (task, plan) = try MethodTests.make(test)
    task.move(to: device)
    MethodTests.begin(task, plan, on: device)
    let progress = StepProgress(step: 5, steps: 10, stepsPerEpoch: 8)
    let loss = withDraws(from: progress.random("layers")) {
      task.loss(MethodTests.views(plan).moved(to: device), progress)
    }
    loss.value.backward()
    withoutGradient { task.afterStep(progress) }
    let gradients = task.backbone.parameters.compactMap { $0.parameter.value.gradient?.flattened() }
    return (loss.value.to(.cpu), loss.features.to(.cpu), concatenated(gradients).to(.cpu))
  }
}
