import CommandLineKit
import Foundation
import Glean

struct StudyInit: Command {
  static let configuration = CommandConfiguration(
    name: "init", abstract: "Write a study file with every field explained.",
    discussion: """
      The images are read and a step of each method is measured: sizes, view, batch, network and \
      steps suit images and machine, within --minutes for the whole study. All other fields stand \
      there with their defaults.

      With --preset konstantakos2025 the file lays out the experiments of Konstantakos et al., \
      "Self-supervised visual learning in the low-data regime" (Neurocomputing 2025), for your sets: \
      the first is pretrained on for the others too, as there from ImageNet-100 for STL-10.
      """,
    examples: [
      ("glean study init photos", "Writes study.json5 for one set."),
      ("glean study init photos cells --minutes 240", "For two sets, four hours in all."),
      (
        "glean study init photos cells --preset konstantakos2025",
        "The paper's methods, transfer and robustness."
      ),
    ])

  @Argument(help: "Sets of labelled images, as for 'glean compare'.", completion: .file)
  var images: [String]
  @Option(help: "Methods, families or 'all'; by default simclr, or the preset's.")
  var methods: [String] = []
  @Option(help: "Minutes that the whole study may take here.") var minutes = 60
  @Option(help: "A published study to follow.") var preset: StudyPreset?
  @Option(help: "The file to write.", completion: .file) var out = "study.json5"
  @Flag(help: "Write over a file that is there.") var force = false
  @OptionGroup(title: "Computing") var compute: ComputeOptions

  func validate() throws {
    if minutes < 1 { throw UsageError("--minutes is \(minutes); give 1 or more") }
    guard out.hasSuffix(".json5") else {
      throw UsageError("--out is '\(out)'; give a name that ends in .json5")
    }
    try checkFolder(of: out)
    if !force && FileManager.default.fileExists(atPath: out) {
      throw UsageError("\(out) is there already; give --force to write over it, or another --out")
    }
    try misuse {
      for word in methods where word != "all" && Family(rawValue: word) == nil {
        _ = try Registry.card(word)
      }
    }
  }

  func run() throws {
    var arm = StudyArm()
    preset?.change(&arm)
    arm.sets = images
    if !methods.isEmpty { arm.methods = methods }
    arm.minutes = minutes
    // Nothing is there, so that all is fitted anew.
    let study = try OpenStudy(StudyFile(arm, path: out), out: "/dev/null", compute)
    let text = StudyTemplate(study: study, arm: arm, preset: preset, minutes: minutes)
      .text(sets: images.map(written))
    do {
      try Data(text.utf8).write(to: URL(filePath: out), options: .atomic)
    } catch {
      throw StudyError.file("\(out): cannot be written (\(error.localizedDescription))")
    }
    print(out)
    note("Next: glean study plan \(out)")
  }

  /// A path as the file, which may stand in another folder, names it.
  private func written(_ path: String) -> String {
    out.contains("/") ? URL(filePath: path).standardizedFileURL.path : path
  }
}

/// A published study whose experiments can be laid out.
enum StudyPreset: String, CaseIterable, ExpressibleByArgument {
  /// Konstantakos et al. (Neurocomputing 620, 2025; arXiv 2404.17202).
  case konstantakos2025

  /// Its methods and protocols, on networks of this machine's size.
  func change(_ arm: inout StudyArm) {
    arm.methods = ["simclr", "dino", "mae", "deepcluster-v2"]
    arm.backbones = ["resnet18:width=16", "vit-micro"]
    arm.sizes = [.all]
    arm.protocols = [.fewShot, .fineTune, .corruptions, .imbalanced, .labelNoise]
  }

  /// What the paper did, as a comment.
  var note: String {
    """
    Konstantakos et al., "Self-supervised visual learning in the low-data regime: a comparative
    evaluation", arXiv 2404.17202, Neurocomputing 620:129199. There: SimCLR and DeepCluster-v2 on
    ResNet, DINO and MAE on ViT; here each on both where it can, so that method and network are told
    apart. Its sets, to be put in place of yours:
      single set   ImageNet-100, Places-100
      transfer     ImageNet-100 to COCO and STL-10; Places-100 to ADE20K and SUN
      robustness   ImageNet-A, -P and -C (here: corruptions, label-noise); VTAB's 19 tasks: natural,
                   specialised, structured
      imbalanced   ImageNet-LT (here: imbalanced)
      domains      MLRSNet to AID, MedPix to ChestX-Det, SIXRay to SIXRay-10; in its second version,
                   microscopy, and infrared from UAVs
    Its baselines: random weights; supervised on the same images; supervised-large, on ImageNet-1k or
    Places-205, which is added by 'init' (see 'also' below); in its second version DINOv2 too.
    The study's report sets its published figures beside yours, and says which orders hold.
    """
  }
}
