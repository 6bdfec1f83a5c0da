import CommandLineKit
import Foundation
import Glean

/// A study file with its images opened, so that its parts can be planned and made.
struct OpenStudy {
  /// A part, with what makes it.
  struct Part {
    /// Its folder within the study's.
    var name: String
    /// The set's path, as the program opens it.
    var source: String
    var set: ComparedSet
    var backbone: BackboneSpec
    var budget: String
    var folder: StudyFolder
    var plan: StudyPlan
    var maker: StudyMaker
  }

  let name: String
  let folder: URL
  let parts: [Part]

  /// Opens the images and plans all parts; steps are measured where no budget is given.
  /// - Throws: ``UsageError`` naming file, part and field for what images or machine do not allow.
  init(
    _ file: StudyFile, out: String?, shard: StudyShard? = nil, jobs: Jobs = Jobs(1),
    _ compute: ComputeOptions
  ) throws {
    name = file.name
    let folder = URL(filePath: out ?? "glean-study-\(file.name)")
    self.folder = folder
    try misuse { try StudyFolder(folder).refuseHiding(ofParts: false) }
    let device = try compute.start()
    let layout = try misuse { try file.parts() }
    var sets = SetShelf(device, quiet: compute.quiet)
    let measured = layout.count { $0.budget == nil }
    let common = StudyMaker(on: device, compute)
    parts = try layout.map { part in
      var maker = try common.taking(part, shareOfMinutes: measured)
      (maker.shard, maker.runs) = (shard, folder.appending(path: "runs"))
      maker.jobs = jobs
      if layout.count > 1 { maker.overview = StudyFolder(folder).report }
      let storing = StoringOptions(part.arm)
      do {
        let set = try sets.open(part.set, storing)
        maker.source = try part.source.map { try sets.open($0, storing, pretrainingOnly: true) }
        maker.count(part.arm, set)
        let backbone = try maker.backbone(for: set)
        let name = part.folder(
          set: set.name, source: maker.source?.name, backbone: backbone.id)
        let study = StudyFolder(folder.appending(path: name))
        return Part(
          name: name, source: part.set, set: set, backbone: backbone, budget: part.budgetText,
          folder: study,
          plan: try maker.plan(of: set, in: study), maker: maker)
      } catch let error as UsageError {
        throw UsageError(
          "\(file.path), set \(part.set), \(part.budgetText): \(Self.asFields(error.description))")
      }
    }
    try refuseTwins(file)
    try refuseUnsuited(file)
  }

  /// Sets of one name would share a folder, and one called `runs` that of the runs.
  private func refuseTwins(_ file: StudyFile) throws {
    for (index, part) in parts.enumerated() {
      if part.name.hasPrefix("runs/") {
        throw UsageError(
          "\(file.path): \(part.set.data.images.root) would be kept where the runs are; give its folder "
            + "another name")
      }
      if let twin = parts[..<index].first(where: { $0.name == part.name }) {
        throw UsageError(
          "\(file.path): \(twin.set.data.images.root) and \(part.set.data.images.root) would both "
            + "be \(part.name); give folders of different names, none twice")
      }
    }
  }

  /// A method that is left out of every part was named in vain.
  private func refuseUnsuited(_ file: StudyFile) throws {
    let named = file.arms.flatMap(\.arm.methods)
    let backbones = Set(parts.map(\.backbone.id)).sorted().joined(separator: ", ")
    for word in named where (try? Registry.card(word)) != nil {
      if !parts.contains(where: { $0.plan.methods.contains(word) }) {
        throw UsageError(
          "\(file.path): methods names \(word), which suits none of the backbones or labels of the "
            + "study (\(backbones)); 'glean methods \(word)' shows what it takes")
      }
    }
  }

  /// A message about options, as one about the fields of a file: `--image-size` is `imageSize`.
  private static func asFields(_ message: String) -> String {
    message.replacing(/--([a-z]+(?:-[a-z]+)*)/) { match in
      let words = match.1.split(separator: "-")
      let field = words.dropFirst().reduce(String(words[0])) { $0 + $1.capitalized }
      return [field, field + "s"].first(where: StudyArm.fields.contains) ?? String(match.0)
    }
  }
}

/// Sets of images, each opened once.
private struct SetShelf {
  private var sets: [String: ComparedSet] = [:]
  private let device: Device
  private let quiet: Bool

  init(_ device: Device, quiet: Bool) { (self.device, self.quiet) = (device, quiet) }

  mutating func open(
    _ path: String, _ storing: StoringOptions, pretrainingOnly: Bool = false
  ) throws -> ComparedSet {
    let how = "\(pretrainingOnly) \(storing.storeSize) \(storing.dropDuplicates)"
    let place = URL(filePath: path).standardizedFileURL.path
    let key = "\(place) \(how) \(storing.range ?? "")"
    if let set = sets[key] { return set }
    let set =
      try pretrainingOnly
      ? ComparedSet(pretrainingOn: path, storing, device, quiet: quiet)
      : ComparedSet(path, storing, device, quiet: quiet)
    sets[key] = set
    return set
  }
}

extension StoringOptions {
  fileprivate init(_ arm: StudyArm) {
    self.init()
    storeSize = arm.storeSize
    dropDuplicates = arm.dropDuplicates
    range = arm.range.isEmpty ? nil : arm.range.map { "\($0)" }.joined(separator: ",")
  }
}

extension StudyMaker {
  /// The maker with the settings of a part that do not depend on its images.
  fileprivate func taking(_ part: StudyPart, shareOfMinutes count: Int) throws -> StudyMaker {
    let arm = part.arm
    var maker = self
    maker.leavesOutUnsuited = true
    maker.isBare = !arm.baselines
    maker.request.methods = arm.methods
    maker.request.options = arm.options
    maker.request.protocols = arm.protocols
    maker.request.seeds = arm.seeds
    maker.request.budget = part.budget
    maker.request.minutes = Double(arm.minutes) / Double(max(1, count))
    maker.views.augment = AugmentChoice(rawValue: arm.augment) ?? .photo
    maker.network.backbone = part.backbone
    maker.network.imageSize = arm.imageSize
    maker.network.batch = arm.batch
    maker.network.recipe = arm.recipe
    maker.precision = precision ?? arm.precision
    maker.classWeights = arm.classWeights
    maker.general.initial.file = part.initial
    maker.general.initial.partial = arm.partial
    maker.general.initTitle = part.initialTitle
    maker.general.continued = arm.continued
    return maker
  }

  /// Takes the numbers of images, now that it is known how many there are.
  fileprivate mutating func count(_ arm: StudyArm, _ set: ComparedSet) {
    func numbers(_ counts: [ImageCount], of set: ComparedSet) -> [Int] {
      counts.map { if case .some(let count) = $0 { count } else { set.data.pool.count } }
    }
    request.sizes = arm.sizes.map { numbers($0, of: set) }
    if case .some(let count) = arm.labels { request.labels = .fewLabels(count) }
    if let source { transferSizes = numbers(arm.pretrainSizes, of: source) }
  }
}
