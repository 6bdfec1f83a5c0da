import CommandLineKit
import Foundation
import Glean

/// Looks at the networks of a study, and adds what they have learnt to its report.
struct StudyInspection {
  let folder: StudyFolder
  let plan: StudyPlan
  let results: ResultStore
  let data: StudyData
  var chapters = Set(Inspection.Chapter.allCases)
  var seed: UInt64 = 0
  /// What makes the page again.
  let command: String

  /// Makes the chapters, and writes page, figures and report.
  func make(_ compute: ComputeOptions) throws -> Inspection {
    guard data.images.contentHash == plan.dataHash else {
      throw StudyError.images(
        "\(data.images.root): these are not the images of the study in \(folder.url.relativePath), or "
          + "they were stored otherwise; give --images, and --store-size, --range and "
          + "--drop-duplicates as they were when it was made")
    }
    let studied = try StudiedNetworks(
      plan, records: results.allRuns(), runs: folder.runs, channels: data.images.channels,
      device: data.store.device)
    for (row, reason) in studied.missing { compute.note("\(row) is left out: \(reason)") }
    let images = try InspectedImages(
      data.store, of: data.images, training: data.pool, heldOut: data.test,
      precision: (compute.precision ?? plan.precision).dtype, seed: seed)
    var inspection = try Inspector(studied.networks, with: images)
      .inspect(chapters, dataset: plan.name, compute)
    inspection.origin = studied.origin
    try StudyReport.write(
      inspection, command: command, of: plan, results: results, gleanVersion: gleanVersion,
      to: folder)
    return inspection
  }
}

extension Inspector {
  /// Makes chapters with a progress bar, and says on stderr how long each took and what is left out.
  func inspect(
    _ chapters: Set<Inspection.Chapter>, dataset: String, _ compute: ComputeOptions
  ) throws -> Inspection {
    let bar = ProgressBar("Inspecting", total: nil, unit: "steps", quiet: compute.quiet)
    defer { bar.dismiss() }
    var hasBegun = false
    let inspection = try inspect(chapters, dataset: dataset) { done, total, what in
      if !hasBegun { bar.begin(total: total, done: 0) }
      hasBegun = true
      bar.update(done: done, fields: [("now", what)], atOnce: true)
    }
    bar.finish("Inspected in \(Human.duration(seconds: bar.elapsed))")
    for part in inspection.durations {
      compute.note("  \(part.part): \(Human.duration(seconds: part.seconds))")
    }
    for omission in inspection.omissions {
      let what = omission.part.map { ": \($0) are" } ?? " is"
      compute.note("  \(omission.chapter.rawValue)\(what) left out: \(omission.reason)")
    }
    return inspection
  }
}
