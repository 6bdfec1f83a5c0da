import CommandLineKit
import Glean
import Torch

@main
struct GleanCommand: CommandGroup {
  static let configuration = CommandConfiguration(
    name: "glean",
    abstract: "Pretrain vision networks on your own few images, and find out whether it helps.",
    discussion: """
      Glean pretrains image backbones by self-supervision on a folder of images, compares the \
      methods fairly with random weights and supervised training, and says which one to use.
      """,
    version: "glean \(gleanVersion) (libtorch \(Machine.libtorchVersion))",
    examples: [
      ("glean compare photos", "Compare methods on photos/CLASS/*.jpg and write report.html."),
      ("glean pretrain photos --method simclr", "Pretrain a ResNet-18 without labels."),
      ("glean inspect run --images photos", "Show what a pretrained network has learnt."),
      ("glean methods", "Show the taxonomy of methods."),
      ("glean doctor", "Check this machine."),
    ],
    subcommands: [
      DataCommand.self, Methods.self, ViewsCommand.self, Pretrain.self, Export.self, Embed.self,
      Evaluate.self, Inspect.self, Advise.self, Compare.self, StudyCommand.self, ReportCommand.self,
      Demo.self, Doctor.self,
    ])
}
