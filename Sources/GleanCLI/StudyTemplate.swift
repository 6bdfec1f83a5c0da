import Foundation
import Glean

/// The text of a study file that is fitted to images and machine.
struct StudyTemplate {
  let study: OpenStudy
  let arm: StudyArm
  let preset: StudyPreset?
  let minutes: Int

  /// The file.
  /// - Parameter sets: the sets as the file names them, in the order of the arm's.
  func text(sets: [String]) -> String {
    let defaults = StudyArm()
    let first = study.parts[0]
    let steps =
      study.parts.map { part in
        if case .steps(let count) = part.plan.budget { count } else { 0 }
      }.min() ?? 0
    let sameView = Set(study.parts.map(\.plan.imageSize)).count == 1
    let backbones = arm.backbones.isEmpty ? [Self.typed(first.backbone)] : arm.backbones
    var lines = header + ["{"]
    lines += [
      field("name", quoted(study.name), "its folder is glean-study-\(study.name)"), "",
      "  // Images. Each set is pretrained on and judged on; paths are relative to this file.",
      "  sets: [",
    ]
    for (path, written) in zip(arm.sets, sets) {
      let set = study.parts.first { $0.source == path }?.set
      lines.append("    \(quoted(written)),  // \(set.map(described) ?? "")")
    }
    lines += [
      "  ],",
      option("pretrain", "[]", "other sets that the methods are pretrained on too: transfer"),
      option("pretrainSizes", "\"all\"", "numbers of images of those"),
      sets.count == 1
        ? field(
          "sizes", "[\(first.plan.sizes.map(String.init).joined(separator: ", "))]",
          "numbers of images to pretrain on; \"all\" is one")
        : arm.sizes == nil
          ? option("sizes", "[…]", "numbers to pretrain on; by default a tenth, a third and all")
          : field("sizes", "\"all\"", "numbers of images to pretrain on, as [500, \"all\"]"),
      option("labels", "\"all\"", "labelled images downstream: of all pretrained on, or a number"),
      option("storeSize", "\(defaults.storeSize)", "pixels kept of each image's shorter side"),
      option("dropDuplicates", "false", "leave near-duplicates out of training"),
      option("range", "[0, 4095]", "black and white, for images of more than 8 bits"), "",
      "  // Methods: 'glean methods' lists them; a family's name or \"all\" names several.",
      field("methods", list(arm.methods), "what does not suit a backbone is left out there"),
      option("baselines", "true", "random weights, pixels and supervised training beside them"),
      option("options", "{}", "of methods, as { simclr: { temperature: 0.5 } }"),
      field("seeds", "\(defaults.seeds)", "how many; each draws subset, weights and augmentation"),
      "", "  // Networks, each with its own table: see 'glean pretrain --help'.",
      field("backbones", list(backbones), ""),
      sameView
        ? field("imageSize", "\(first.plan.imageSize)", "side of the views in pixels")
        : option("imageSize", "64", "side of the views in pixels; by default the images' own"),
      field("batch", "\(defaults.batch)", "images in a batch"),
      option("recipe", "\"automatic\"", "or published, or short"),
      field(
        "precision", quoted(first.plan.precision.rawValue), "what is fast here; bf16 or fp32"),
      option("augment", "\"photo\"", "or grayscale, microscopy, aerial, radiograph, texture, auto"),
      "", "  // Budgets: steps, epochs, or both, which are two arms; \"minutes\" measures steps.",
      field("steps", "\(steps)", "of a run: 150 to 5,000, as fits \(minutes) minutes for all here"),
      option("epochs", "20", "passes over the images of a run"),
      option("minutes", "\(defaults.minutes)", "for all parts, where neither is given"), "",
      "  // What networks are judged by, beside the linear probe.",
      field("protocols", list(arm.protocols.map(\.rawValue)), ""),
    ]
    lines += DownstreamProtocol.allCases.filter { $0 != .linear && $0 != .endToEnd }
      .flatMap { ["  //   \($0.rawValue): \($0.summary)"] }
    lines += [
      option("classWeights", "\"none\"", "or balanced: every class alike in the linear probe"),
      "", "  // General weights: frozen, fine-tuned, and pretrained further on your images.",
      option("init", "[\"resnet18.pth\"]", "files or runs; the backbone follows if none is named"),
      option("initTitle", "[\"ImageNet-1k, supervised\"]", "what the report calls them"),
      option("partial", "false", "take what fits of the weights"),
      option("continued", "[\"simclr\"]", "methods that go on from them; by default all, or none"),
      "",
      "  // More arms: any fields above, with these in their place. A name ends their folders'.",
    ]
    lines += arms(sets) + ["}", ""]
    return lines.joined(separator: "\n")
  }

  private var header: [String] {
    let purpose = """
      A study. 'glean study plan' on this file shows its runs and what they take; 'glean study run'
      makes them. Every field but sets may be left out: what is commented out shows a default or an
      example.
      """
    let texts = [purpose] + (preset.map { ["", $0.note] } ?? [])
    return texts.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }
      .map { $0.isEmpty ? "//" : "// \($0)" }
  }

  /// The first set's networks for the others and large weights, where a preset asks for them; else an
  /// example.
  private func arms(_ sets: [String]) -> [String] {
    guard preset != nil else {
      return ["  // also: [{ sets: [\(quoted(sets[0]))], epochs: 20 }],"]
    }
    let transfer =
      sets.count == 1
      ? []
      : [
        "    // Transfer: pretrained on the first set, judged on the others.",
        "    { pretrain: [\(quoted(sets[0]))], sets: \(list(Array(sets.dropFirst()))) },",
      ]
    let large = [
      "    // Supervised-large: weights of ImageNet-1k or Places-205, and all methods on their network.",
      "    // { init: [\"resnet18.pth\"], backbones: [] },",
    ]
    return ["  also: ["] + transfer + large + ["  ],"]
  }

  private func described(_ set: ComparedSet) -> String {
    let images = set.data.images
    let classes = images.classes.isEmpty ? "" : "; \(images.classes.count) classes"
    return "\(set.data.pool.count) to pretrain on, \(set.data.test.count) to test on\(classes); "
      + "\(images.width)×\(images.height), \(colours(images.channels))"
  }

  /// A network as it is typed in a file for images of any size and channels.
  private static func typed(_ spec: BackboneSpec) -> String {
    let width = spec.stem == nil ? "" : ":width=\(spec.width)"
    return spec.architecture.rawValue + width
  }

  private func field(_ name: String, _ value: String, _ meaning: String) -> String {
    "  \(name): \(value)," + (meaning.isEmpty ? "" : "  // \(meaning)")
  }

  private func option(_ name: String, _ value: String, _ meaning: String) -> String {
    "  // \(name): \(value),  // \(meaning)"
  }

  private func quoted(_ text: String) -> String {
    let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
    return "\"\(escaped)\""
  }

  private func list(_ texts: [String]) -> String {
    "[\(texts.map(quoted).joined(separator: ", "))]"
  }
}
