import Augment
import Foundation
import Pretext
import TestSupport
import Testing
import Torch
import TorchNN

@Suite struct SMoGTests {
  @Test func groupsMoveTowardsTheMeanOfTheirMembers() {
    let z = Tensor([1, 0, 0, 0.8, 0.6, 0] as [Float], shape: [2, 3]).requiringGradient()
    let moved = movedGroups(.identity(3), towards: z, momentum: 0.9)
    let expected: [Float] = [0.99, 0.03, 0, 0, 1, 0, 0, 0, 1]
    #expect(isClose(moved, Tensor(expected, shape: [3, 3]), tolerance: 1e-6))
    moved.sum().backward()
    // (1 − β) / members, in every dimension.
    #expect(z.gradient.map { isClose($0, .full([2, 3], 0.05), tolerance: 1e-6) } == true)
  }

  @Test func isWhatTheFormulaSaysForThreeGroups() {
    let prediction = Tensor([0, 2, 0] as [Float], shape: [1, 3])
    func loss(_ group: Int) -> Double {
      groupLoss(
        prediction, groups: .identity(3), assignments: Tensor([group]), temperature: 0.5
      ).scalar
    }
    #expect(abs(loss(1) - (log(exp(2.0) + 2) - 2)) < 1e-6)
    #expect(abs(loss(0) - log(exp(2.0) + 2)) < 1e-6)
    #expect(nearestGroups(prediction, 5 * Tensor.identity(3)).ints == [1])
  }

  @Test func teacherAndGroupsBeginAgainAfterAnInterval() throws {
    var options = SMoG.Options()
    (options.hidden, options.output, options.interval) = (24, 12, 2)
    let task = try SMoG(options, tinyContext(images: 64))
    let optimizer = Optimizer(.sgd(weightDecay: 0), task.parameters)
    let teacher = task.parameters.filter { $0.name.hasPrefix("teacher.backbone.") }
    for step in 0..<2 {
      let progress = StepProgress(step: step, steps: 10_000, stepsPerEpoch: 100)
      optimizer.clearGradients()
      task.loss(noiseViews(2), progress).value.backward()
      optimizer.step(learningRate: 0.1)
      withoutGradient { task.afterStep(progress) }
      let isSame = zip(teacher, task.backbone.parameters).allSatisfy {
        isClose($0.parameter.value, $1.parameter.value, tolerance: 1e-6)
      }
      #expect(isSame == (step == 1))
    }
    let groups = try #require(task.buffers.first { $0.name == "groups" }?.buffer.value)
    #expect(groups.shape == [6, 12] && isClose(groups.norm(over: 1), .ones([6])))
  }

  @Test func viewsTakeTurns() throws {
    var options = SMoG.Options()
    (options.hidden, options.output) = (24, 12)
    let views = noiseViews(2)
    var swapped = views
    swapped.images.swapAt(0, 1)
    func loss(_ views: Views, step: Int) throws -> Tensor {
      let task = try SMoG(options, tinyContext(images: 64))
      return task.loss(views, StepProgress(step: step, steps: 10, stepsPerEpoch: 4)).value
    }
    #expect(try isClose(loss(views, step: 0), loss(swapped, step: 1), tolerance: 1e-6))
  }
}
