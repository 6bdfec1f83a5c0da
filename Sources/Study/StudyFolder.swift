public import Foundation
import Pretext
import Training

/// The folder of a study: its plan, its results, its runs and its report.
public struct StudyFolder: Sendable {
  /// The folder.
  public let url: URL

  /// A folder, which need not exist yet.
  public init(_ url: URL) { self.url = url }

  /// The plan, fixed when the study begins.
  public var plan: URL { url.appending(path: "study.json") }
  /// Every figure.
  public var results: URL { url.appending(path: "results.sqlite") }
  /// The runs.
  public var runs: URL { url.appending(path: "runs") }
  /// The report.
  public var report: URL { url.appending(path: "report.html") }
  /// What its networks have learnt, as figures.
  public var inspection: URL { url.appending(path: "inspect.json") }
  /// The same as a page.
  public var inspectionPage: URL { url.appending(path: "inspect.html") }

  /// The names of the studies within: `""` for one that stands here, else those of the parts of a
  /// study file, such as `photos/resnet18-w16-small/200-steps`, in the order that its ``index`` has, and
  /// then by the alphabet.
  public var parts: [String] {
    if FileManager.default.fileExists(atPath: plan.path) { return [""] }
    let found = partsWithin("")
    let ordered = (index?.parts ?? []).filter(found.contains)
    return ordered + found.filter { !ordered.contains($0) }
  }

  /// The parts within a folder of the study's.
  private func partsWithin(_ name: String) -> [String] {
    let files = FileManager.default
    let inner = (try? files.contentsOfDirectory(atPath: part(name).url.path)) ?? []
    // The folder of runs is large, and none of them is a study.
    let names = inner.sorted().filter { name.isEmpty ? $0 != runs.lastPathComponent : true }
    return names.flatMap { inner -> [String] in
      let name = name.isEmpty ? inner : "\(name)/\(inner)"
      if files.fileExists(atPath: part(name).plan.path) { return [name] }
      return name.split(separator: "/").count == StudyPart.depth ? [] : partsWithin(name)
    }
  }

  /// Refuses a study that would stand here where parts of one stand within, or parts where a study
  /// stands: who reads the folder would see the upper one alone.
  /// - Throws: ``StudyError/setting(_:)`` naming what stands there.
  public func refuseHiding(ofParts: Bool) throws(StudyError) {
    guard let known = parts.first, known.isEmpty != ofParts else { return }
    let what = ofParts ? "parts of a study (such as \(known))" : "a study without parts"
    throw .setting(
      "\(url.relativePath) holds \(what), and of both only the upper one would be seen; give another "
        + "folder (--out where a study is made)")
  }

  /// The study of a part.
  public func part(_ name: String) -> StudyFolder {
    name.isEmpty ? self : StudyFolder(url.appending(path: name))
  }

  /// The plan kept here; `nil` if no study has begun.
  /// - Throws: ``StudyError/file(_:)`` if the file is not a plan.
  public func load() throws(StudyError) -> StudyPlan? {
    guard FileManager.default.fileExists(atPath: plan.path) else { return nil }
    do {
      let plan = try JSONDecoder().decode(StudyPlan.self, from: Data(contentsOf: plan))
      if let field = plan.outOfRange { throw StudyError.setting("\(field) is out of range") }
      return plan
    } catch {
      throw .file(
        "\(plan.path): is not a study's plan (\(error)); mend it, or give another --out")
    }
  }

  /// The plan with what the study that stands here has besides: of a study that grew, the command that
  /// it began with names a part, and the report shows all.
  /// - Throws: ``StudyError/file(_:)`` if the file is not a plan.
  public func whole(_ plan: StudyPlan) throws(StudyError) -> StudyPlan {
    try load().map(plan.adding) ?? plan
  }

  /// Keeps the plan of a study that begins, or grows.
  /// - Throws: ``StudyError/file(_:)`` if the folder cannot be written.
  public func save(_ study: StudyPlan) throws(StudyError) { try write(study, to: plan) }

  func write(_ value: some Encodable, to file: URL) throws(StudyError) {
    do {
      try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try encoder.encode(value).write(to: file, options: .atomic)
    } catch {
      throw .file("\(file.path): cannot be written (\(error.localizedDescription))")
    }
  }
}

extension StudyPlan {
  /// The first setting of this plan that `other` would change; `nil` if it changes none. Methods,
  /// sizes, seeds and general weights may be added, and left out: runs stand beside those that were
  /// made.
  public func difference(from other: StudyPlan) -> String? {
    if dataHash != other.dataHash { return "the images have changed since it began" }
    for method in methods
    where other.methods.contains(method) && options[method] != other.options[method] {
      let texts = [self, other].map { StudyPlan.text($0.options[method]) }
      return "\(method) had \(texts[0]), now \(texts[1])"
    }
    if let general, let now = other.general, general != now {
      return
        "its general weights were \(general.title) (\(general.weights.path)), now \(now.title) "
        + "(\(now.weights.path))"
    }
    if classWeights != other.classWeights {
      let texts = [self, other].map { $0.classWeights?.rawValue ?? "none" }
      return "its class weights were \(texts[0]), now \(texts[1])"
    }
    var rest = other
    rest.general = general
    // Protocols may be added to runs that are made, and left out of those to come.
    rest.protocols = protocols
    rest.methods = methods
    rest.options = options
    rest.sizes = sizes
    rest.seeds = seeds
    return firstDifference(self, rest)
  }

  /// The plan with methods, sizes, seeds, protocols and general weights of another that it does not
  /// differ from otherwise.
  func adding(_ other: StudyPlan) -> StudyPlan {
    var whole = self
    whole.methods += other.methods.filter { !methods.contains($0) }
    whole.options.merge(other.options) { own, _ in own }
    whole.sizes = Set(sizes + other.sizes).sorted()
    whole.seeds = Set(seeds + other.seeds).sorted()
    whole.general = general ?? other.general
    whole.addProtocols(of: other)
    return whole
  }

  /// Takes in what another plan's runs are judged by.
  public mutating func addProtocols(of other: StudyPlan) {
    protocols += other.protocols.filter { !protocols.contains($0) }
  }

  /// Options of a method as they are typed.
  private static func text(_ options: [String: JSONValue]?) -> String {
    guard let options, !options.isEmpty else { return "the defaults" }
    return options.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value.text)" }
      .joined(separator: ", ")
  }
}
