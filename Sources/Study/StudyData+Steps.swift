import Augment
import Foundation
import Images
import Pretext
public import Training

extension StudyData {
  /// Seconds that a step of a run takes on this machine, as the run would take it: with labels only
  /// where its method learns from them. Nothing is written.
  /// - Parameters:
  ///   - run: the run; its budget does not count.
  ///   - indices: the images that it learns from.
  ///   - count: steps that are measured, besides one to warm up.
  /// - Throws: ``PretextError`` or ``TrainingError``.
  public func secondsPerStep(
    of run: RunConfiguration, learningFrom indices: [Int], over count: Int = 3
  ) throws -> Double {
    var run = run
    run.budget = .steps(Self.measuredSteps)
    var store = store
    if try Registry.card(run.method).usesLabels {
      store.targets = Targets(images, learntFrom: indices)
    }
    return try Trainer(
      run, store: store, indices: indices, classCount: images.classes.count,
      folder: URL(filePath: "/dev/null")
    ).secondsPerStep(over: count)
  }

  /// The length of the run whose steps are measured: warm-up and queues follow it.
  private static let measuredSteps = 200
}
