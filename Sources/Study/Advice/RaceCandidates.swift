public import Backbones
import Pretext

/// A method that is raced, and why it was chosen.
public struct RaceCandidate: Sendable, Equatable {
  /// The method's name.
  public var method: String
  /// Why it stands for its family.
  public var reason: String

  /// The methods that are raced where none are named: one of each family, the one that read most for
  /// its cost in 400 steps on 5,000 photographs (`Benchmarks/RESULTS.md`, one seed), else the
  /// family's best known for the backbone.
  public static func standard(on backbone: BackboneSpec) -> [RaceCandidate] {
    let all: [(String, String)] =
      switch BackboneKind(of: backbone) {
      case .resnet:
        [
          (
            "simclr", "contrastive: as good as its successors in short runs, and among the cheapest"
          ),
          ("vibcreg", "decorrelation: the best of the family for its cost in short runs"),
          ("deepcluster-v2", "clustering: the best of the family in short runs"),
          ("fastsiam", "self-distillation: the one of the family that learns fast"),
          (
            "exemplar-cnn", "predictive: the best of the family in short runs, and needs no upright"
          ),
          ("context-encoder", "generative: of those for ConvNets the best in short runs"),
        ]
      case .vit:
        [
          ("mae", "generative: the best of the family for its cost in short runs"),
          ("msn", "clustering: among the best in short runs, and cheap as it drops patches"),
          ("dino", "self-distillation: made known by ViTs, and cheaper than iBOT and DINOv2"),
          ("moco-v3", "contrastive: made for ViTs"),
          ("lejepa", "decorrelation: made for ViTs, with one setting"),
          ("rotnet", "predictive: the family's simplest, for any backbone"),
        ]
      }
    return all.map { RaceCandidate(method: $0.0, reason: $0.1) }
  }
}
