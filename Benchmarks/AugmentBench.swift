import Augment
import Foundation
import Images
import Torch

/// SimCLR's two views on one thread, beside lightly's.
struct AugmentBench {
  /// A size and recipe of views, and what is wanted of it.
  private struct Case {
    var title: String
    var store: DeviceStore
    var plan: ViewPlan
    var hasBlur: Bool
    var wanted: String

    var size: Int { plan.views[0].size }
    var ours: String { "glean \(title)" }
    var theirs: String { "lightly \(title)" }
  }

  /// Images that take part in one turn.
  private static let batch = 64
  private static let side = 256

  private let workspace: Workspace

  init(_ workspace: Workspace) { self.workspace = workspace }

  func run() throws -> String {
    let threads = Machine.threads
    let large = try largeImages()
    let cases = try cases(large)
    Machine.threads = 1
    defer { Machine.threads = threads }
    var lightly: PythonContestant?
    var versions = ""
    do throws(Unavailable) {
      let contestant = try startLightly()
      (lightly, versions) = (contestant, contestant.name)
    } catch {
      versions = "lightly: skipped, \(error)"
      note("  lightly is left out: \(error)")
    }
    let timings = try Timings.alternate(
      cases.flatMap { contestants($0, lightly) }, rounds: workspace.isQuick ? 1 : 7)
    return markdown(cases, timings, lightly: versions)
  }

  private func contestants(_ entry: Case, _ lightly: PythonContestant?) -> [Contestant] {
    let augmenter = Augmenter(store: entry.store, plan: entry.plan, seed: 0)
    let indices = Array(0..<AugmentBench.batch)
    // A turn of small views is repeated: alone it would be too short to time.
    let repeats = entry.size < 100 ? 20 : 1
    var step = 0
    let ours = Contestant(name: entry.ours) {
      let time = seconds {
        for _ in 0..<repeats {
          _ = augmenter.views(of: indices, step: step)
          step += 1
        }
      }
      return time / Double(repeats)
    }
    guard let lightly else { return [ours] }
    let request = [
      "count": AugmentBench.batch, "size": entry.size, "blur": entry.hasBlur ? 1 : 0,
    ]
    return [ours, Contestant(name: entry.theirs) { try lightly.run(request).seconds }]
  }

  // MARK: - Images

  /// Pictures with edges, textures and noise, 256×256.
  private func largeImages() throws -> [UInt8] {
    let classes = ShapesDataset.classes.count
    let pixels = (0..<AugmentBench.batch).flatMap {
      ShapesDataset.image(classIndex: $0 % classes, size: AugmentBench.side, seed: UInt64($0))
    }
    try Data(pixels).write(to: URL(filePath: workspace.path("large.raw")))
    return pixels
  }

  private func cases(_ large: [UInt8]) throws -> [Case] {
    let side = AugmentBench.side
    let store = DeviceStore(
      pixels: Tensor(large, shape: [AugmentBench.batch, side, side, 3]))
    let small = ShapesDataset.classes.indices.flatMap { index in
      (0..<AugmentBench.batch / ShapesDataset.classes.count).flatMap {
        ShapesDataset.image(classIndex: index, size: 32, seed: UInt64($0))
      }
    }
    let smallStore = DeviceStore(pixels: Tensor(small, shape: [AugmentBench.batch, 32, 32, 3]))
    try Data(small).write(to: URL(filePath: workspace.path("small.raw")))
    return [
      Case(
        title: "32×32 from 32, full recipe", store: smallStore,
        plan: .two(size: 32, .simCLR()), hasBlur: true, wanted: "25,000"),
      Case(
        title: "224×224 from 256, full recipe", store: store,
        plan: .two(size: 224, .simCLR()), hasBlur: true, wanted: "350, or 1.5 × lightly"),
      Case(
        title: "224×224 from 256, without blur", store: store,
        plan: .two(size: 224, .simCLR(blur: false)), hasBlur: false, wanted: "750"),
    ]
  }

  private func startLightly() throws(Unavailable) -> PythonContestant {
    try PythonContestant(
      "lightly_views.py", environment: ".venv-bench",
      arguments: [
        workspace.path("small.raw"), "32", workspace.path("large.raw"), "\(AugmentBench.side)",
      ], workspace: workspace)
  }

  private func markdown(_ cases: [Case], _ timings: Timings, lightly: String) -> String {
    func rate(_ name: String) -> Double? {
      timings.median(name).map { Double(2 * AugmentBench.batch) / $0 }
    }
    let rows = cases.map {
      [
        $0.title, Markdown.figure(rate($0.ours)), Markdown.figure(rate($0.theirs)),
        Markdown.ratio(timings.speed(of: $0.ours, against: $0.theirs)), $0.wanted,
      ]
    }
    let headers = ["SimCLR's recipe", "Glean, views/s", "lightly, views/s", "ratio", "wanted"]
    return """

      ### Augmentation: one thread, batches of 64 images × 2 views
      Both begin with decoded pixels in memory and end with normalised float tensors. \(lightly).

      \(Markdown.table(headers, rows))
      """
  }
}
