import Downstream
import Foundation
import Torch

/// The two probes as a study runs them: choice of the setting on 20% of the training images, fit on
/// all of them, prediction of the test images.
struct ProbesBench {
  private let workspace: Workspace

  init(_ workspace: Workspace) { self.workspace = workspace }

  private var rounds: Int { workspace.isQuick ? 1 : 3 }

  /// One line of the table.
  private struct Outcome {
    var name: String
    var seconds: Double?
    var bytes: Int?
    var accuracy: Double?
  }

  func run() throws -> String {
    let features =
      workspace.isQuick
      ? ProbeFeatures(train: 5000, test: 1000) : ProbeFeatures(train: 50_000, test: 10_000)
    var learn: PythonContestant?
    var versions = ""
    do {
      let contestant = try startLearn(features)
      (learn, versions) = (contestant, contestant.name)
    } catch let error as Unavailable {
      versions = "scikit-learn: skipped, \(error)"
      note("  scikit-learn is left out: \(error)")
    }
    var outcomes: [Outcome] = []
    for probe in [LinearProbe(), KNNProbe()] as [any FeatureProbe] {
      outcomes += try compare(probe, features, learn)
    }
    return markdown(outcomes, features, versions)
  }

  private func compare(
    _ probe: any FeatureProbe, _ features: ProbeFeatures, _ learn: PythonContestant?
  ) throws -> [Outcome] {
    let split = EvaluationSplit(
      train: Array(0..<features.train),
      test: Array(features.train..<features.train + features.test))
    var ours = Outcome(name: "Glean, \(probe.name)")
    var theirs = Outcome(name: "scikit-learn, \(probe.name)")
    func runOurs() throws -> Double {
      var time = 0.0
      let bytes = try AddedMemory.during {
        time = try seconds {
          ours.accuracy = try probe.evaluate(
            features: features.values, labels: features.labels, split: split,
            classes: ProbeFeatures.classes, seed: 0
          ).accuracy
        }
      }
      ours.bytes = max(ours.bytes ?? 0, bytes ?? 0)
      return time
    }
    func runTheirs() throws -> Double? {
      guard let reply = try learn?.run([probe.name: 1]) else { return nil }
      (theirs.bytes, theirs.accuracy) = (reply.bytes, reply.accuracy)
      return reply.seconds
    }
    // scikit-learn takes minutes, so nobody is warmed up; ours is short enough for a median.
    var timings = Timings()
    for round in 1...rounds {
      timings.add(ours.name, try runOurs())
      if round == 1, let time = try runTheirs() { timings.add(theirs.name, time) }
      note("  \(probe.name), round \(round)")
    }
    ours.seconds = timings.median(ours.name)
    theirs.seconds = timings.median(theirs.name)
    return learn == nil ? [ours] : [ours, theirs]
  }

  private func startLearn(_ features: ProbeFeatures) throws -> PythonContestant {
    let path = workspace.path("features.raw")
    try features.write(to: path)
    return try PythonContestant(
      "sklearn_probes.py", environment: ".venv-bench",
      arguments: [
        path, "\(features.train)", "\(ProbeFeatures.width)", "\(ProbeFeatures.classes)",
        "\(Machine.threads)",
      ], workspace: workspace)
  }

  private func markdown(
    _ outcomes: [Outcome], _ features: ProbeFeatures, _ versions: String
  ) -> String {
    let rows = outcomes.map {
      [
        $0.name, Markdown.figure($0.seconds), Markdown.megabytes($0.bytes),
        Markdown.figure($0.accuracy.map { 100 * $0 }),
      ]
    }
    let headers = ["probe", "seconds", "MB added at most", "test accuracy, %"]
    return """

      ### Probes: \(features.train) × \(ProbeFeatures.width) features, \(ProbeFeatures.classes) \
      classes, \(features.test) test images
      Linear: ten penalties on 80% of the training images, the best by the other 20%, one more fit \
      on all. kNN: k of 1, 5, 10, 20 and 50 likewise. Glean: median of \(rounds); scikit-learn once, \
      after Glean's first. The memory of the features themselves is not counted. \(versions).

      \(Markdown.table(headers, rows))
      """
  }
}
