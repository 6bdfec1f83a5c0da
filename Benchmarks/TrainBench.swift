import Augment
import Backbones
import Foundation
import Images
import Pretext
import Torch
import Training

/// SimCLR on ResNet-18 at 32×32: what the whole step costs beyond the network, and what Swift costs
/// beyond Python.
struct TrainBench {
  private static let batch = 64
  private static let bare = "Swift: forward and backward, ready-made tensors (a)"
  private static let python = "Python: the same (b)"
  private static let whole = "Swift: store, augmentation, network, NT-Xent, optimiser (c)"
  private static let matrix = "bf16 product"

  private let workspace: Workspace

  init(_ workspace: Workspace) { self.workspace = workspace }

  func run() throws -> String {
    let spec = try BackboneSpec(.resnet18, width: 64, stem: .small, imageSize: 32)
    let bare = BareStep(spec, views: 2 * TrainBench.batch)
    let (python, missing) = try startPython()
    let images = try workspace.realImages("cifar10-jpg") ?? workspace.shapes(train: 2000)
    let store = try workspace.freshStore(images).store
    let timings = try measure(
      trainer(spec, store, rounds: workspace.isQuick ? 1 : 6), bare, python)
    return markdown(
      timings, bare, images: URL(filePath: images).lastPathComponent,
      python: python?.name ?? "skipped, \(missing)")
  }

  /// Trains with the one training loop, and lets the others have their turns whenever it reports.
  private func measure(
    _ trainer: Trainer, _ bare: BareStep, _ python: PythonContestant?
  ) throws -> Timings {
    let peak = MatrixPeak()
    let clock = ContinuousClock()
    var timings = Timings()
    var failure: (any Error)?
    var began = clock.now
    func turns(isCounted: Bool) throws {
      let steps = workspace.isQuick ? 1 : 5
      var (ours, theirs) = (0.0, 0.0)
      for _ in 0..<2 {
        ours += bare.run(steps: steps)
        theirs += try python?.run(["steps": steps]).seconds ?? 0
      }
      let product = peak.run()
      guard isCounted else { return }
      timings.add(TrainBench.bare, ours / Double(2 * steps))
      if python != nil { timings.add(TrainBench.python, theirs / Double(2 * steps)) }
      timings.add(TrainBench.matrix, product)
    }
    _ = try trainer.run(
      report: { status in
        // The first steps warm everybody up.
        let isCounted = status.step > Trainer.reportEvery
        let step = (clock.now - began) / .seconds(Trainer.reportEvery)
        if isCounted { timings.add(TrainBench.whole, step) }
        do { try turns(isCounted: isCounted) } catch { failure = error }
        note("  step \(status.step) of \(status.steps)")
        began = clock.now
      }, shouldStop: { failure != nil })
    if let failure { throw failure }
    return timings
  }

  private func trainer(_ spec: BackboneSpec, _ store: ImageStore, rounds: Int) -> Trainer {
    let configuration = RunConfiguration(
      method: "simclr", options: ["blur": .bool(true)], backbone: spec, imageSize: spec.imageSize,
      batch: TrainBench.batch, budget: .steps((rounds + 1) * Trainer.reportEvery),
      precision: .bfloat16)
    let indices = store.indices(of: .train)
    var trainer = Trainer(
      configuration, store: DeviceStore(store, training: indices, device: .cpu), indices: indices,
      classCount: 0, folder: workspace.folder.appending(path: "run"))
    // Waiting for the others would make checkpoints more frequent than they are.
    trainer.checkpointInterval = .infinity
    return trainer
  }

  private func startPython() throws -> (PythonContestant?, missing: String) {
    do throws(Unavailable) {
      let python = try PythonContestant(
        "resnet18_step.py", environment: ".venv",
        arguments: ["\(Machine.threads)", "\(2 * TrainBench.batch)"], workspace: workspace)
      return (python, "")
    } catch {
      note("  Python is left out: \(error)")
      return (nil, error.reason)
    }
  }

  private func markdown(
    _ timings: Timings, _ bare: BareStep, images: String, python: String
  ) -> String {
    let rows = [TrainBench.bare, TrainBench.python, TrainBench.whole].map { name in
      let step = timings.median(name)
      let rate = step.map { Double(TrainBench.batch) / $0 }
      return [
        name, Markdown.figure(rate), Markdown.figure(rate.map { 2 * $0 }),
        Markdown.figure(step.map { 1000 * $0 }),
      ]
    }
    let ratios = [
      [
        "whole step against the bare network, c/a",
        Markdown.ratio(timings.speed(of: TrainBench.whole, against: TrainBench.bare)), "≥ 0.90",
      ],
      [
        "Swift against Python, a/b",
        Markdown.ratio(timings.speed(of: TrainBench.bare, against: TrainBench.python)), "≥ 0.95",
      ],
    ]
    let perView = NetworkCost.training(bare.backbone)
    let peak = timings.median(TrainBench.matrix).map { MatrixPeak.operations / $0 }
    let used = timings.median(TrainBench.bare).map { perView * Double(2 * TrainBench.batch) / $0 }
    let share = used.flatMap { used in peak.map { 100 * used / $0 } }
    return """

      ### Training: SimCLR, ResNet-18 (width 64, small stem), 32×32, batch 64, bf16, channels-last
      Images: \(images). Python: \(python).

      \(Markdown.table(["", "images/s", "views/s", "ms a step"], rows))

      \(Markdown.table(["speed", "median (range)", "wanted"], ratios))

      One view costs \(Markdown.figure(perView / 1e9)) GFLOP forward and backward; (a) reaches \
      \(Markdown.figure(used.map { $0 / 1e9 })) GFLOP/s, \(Markdown.figure(share))% of the \
      \(Markdown.figure(peak.map { $0 / 1e9 })) GFLOP/s of a 4096³ bf16 product in the same run.
      """
  }
}
