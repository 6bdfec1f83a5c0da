public import Augment
public import Backbones
import Foundation
public import Torch

/// Every method and baseline, by name. A new method is one line here.
public enum Registry {
  /// Methods that train.
  public static let tasks: [any PretextTask.Type] = [
    SimCLR.self, DCL.self, DCLW.self, MoCoV2.self, MoCoV3.self, NNCLR.self, All4One.self,
    DirectCLR.self, MACL.self, DenseCL.self, PIRL.self, NPID.self,
    DeepClusterV2.self, SwAV.self, SeLa.self, SMoG.self, MSN.self, PMSN.self,
    BYOL.self, SimSiam.self, FastSiam.self, NNBYOL.self, NNSiam.self, ReSSL.self, DINO.self,
    IBOT.self, DINOv2.self,
    BarlowTwins.self, VICReg.self, VIbCReg.self, VICRegL.self, WMSE.self, TiCo.self, MMCR.self,
    FroSSL.self,
    EMPSSL.self, LeJEPA.self, VISReg.self,
    MAE.self, SimMIM.self, DenoisingAutoencoder.self, MaskFeat.self, AIM.self, IJEPA.self,
    Data2Vec.self, Colorization.self, ContextEncoder.self,
    RotNet.self, RelativeLocation.self, Jigsaw.self, ExemplarCNN.self,
    Supervised.self, SupCon.self,
  ]

  /// The cards of all methods and baselines, in the order of the taxonomy.
  public static let cards: [MethodCard] =
    [randomBaseline, pixelBaseline] + tasks.map { $0.card }

  /// The task called `name`; `nil` for a baseline that does not train.
  /// - Throws: ``PretextError/unknownMethod(_:known:)``.
  public static func task(_ name: String) throws(PretextError) -> (any PretextTask.Type)? {
    _ = try card(name)
    return tasks.first { $0.card.name == name }
  }

  /// The card of the method or baseline called `name`.
  /// - Throws: ``PretextError/unknownMethod(_:known:)``.
  public static func card(_ name: String) throws(PretextError) -> MethodCard {
    guard let card = cards.first(where: { $0.name == name }) else {
      throw .unknownMethod(name, known: cards.map(\.name))
    }
    return card
  }

  /// The methods and baselines that words name: their own names, a family's, or `all`; of a family
  /// or of all, those that the backbone suits.
  /// - Throws: ``PretextError`` for a word that names nothing, or a method that does not take the
  ///   backbone.
  public static func names(_ words: [String], on backbone: BackboneSpec) throws(PretextError)
    -> [String]
  {
    var names: [String] = []
    for word in words {
      let group = cards.filter { word == "all" || $0.family?.rawValue == word }
      if group.isEmpty {
        let card = try card(word)
        try card.check(backbone)
        names.append(card.name)
      } else {
        names += group.filter { (try? $0.check(backbone)) != nil }.map(\.name)
      }
    }
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }

  /// The options of a method with their defaults, sorted by name; `nil` for what does not train.
  public static func defaults(of name: String) -> [(name: String, value: JSONValue)]? {
    guard let type = tasks.first(where: { $0.card.name == name }) else { return nil }
    return type.defaultOptions.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// The frozen backbone as it was initialised.
  static let randomBaseline = MethodCard(
    name: "random", title: "random weights", role: .baseline,
    learnsFrom: "Nothing: the backbone keeps its initial weights. What a probe reads from it is "
      + "what the architecture alone provides.",
    loss: "none", needs: "no training", lowData: "The floor that pretraining must rise above.",
    revision: 1)

  /// The images as they are.
  static let pixelBaseline = MethodCard(
    name: "pixels", title: "raw pixels", role: .baseline,
    learnsFrom:
      "Nothing: the features are the principal components of the pixels, of images at most "
      + "32 pixels wide. There is no network.",
    loss: "none", needs: "no training",
    lowData:
      "What is there before any network: features that do worse than this have lost more than "
      + "they found.",
    revision: 1)
}

// MARK: - Options

extension PretextTask {
  /// The options as JSON: the defaults, with `changes` in place of the keys they name.
  /// - Throws: ``PretextError/option(method:_:)`` for an unknown key or a value that does not fit.
  public static func options(changing changes: [String: JSONValue]) throws(PretextError) -> Options
  {
    let defaults = Options()
    guard !changes.isEmpty else { return defaults }
    do {
      var object = defaultOptions
      for (key, value) in changes {
        guard object[key] != nil else {
          throw PretextError.option(
            method: card.name,
            "there is no option '\(key)'; there are \(object.keys.sorted().joined(separator: ", "))"
          )
        }
        object[key] = value
      }
      return try JSONDecoder().decode(Options.self, from: JSONEncoder().encode(object))
    } catch let error as PretextError {
      throw error
    } catch DecodingError.typeMismatch(_, let context) {
      let key = context.codingPath.map(\.stringValue).joined(separator: ".")
      throw .option(
        method: card.name,
        "option '\(key)' is '\(changes[key]?.text ?? "")'; its default is "
          + "\(defaultOptions[key]?.text ?? "none")")
    } catch {
      throw .option(method: card.name, "\(error)")
    }
  }

  /// The default options by name.
  static var defaultOptions: [String: JSONValue] {
    let data = try? JSONEncoder().encode(Options())
    let object = data.flatMap { try? JSONDecoder().decode([String: JSONValue].self, from: $0) }
    return object ?? [:]
  }

  /// Checks options without building anything.
  /// - Throws: ``PretextError/option(method:_:)``.
  public static func check(_ changes: [String: JSONValue]) throws(PretextError) {
    _ = try options(changing: changes)
  }

  /// The views of the method with these options.
  /// - Throws: ``PretextError/option(method:_:)``.
  public static func views(
    changing changes: [String: JSONValue], imageSize: Int,
    adjustment: ViewAdjustment? = nil
  ) throws(PretextError) -> ViewPlan {
    try views(options(changing: changes), imageSize: imageSize, adjustment: adjustment)
  }

  /// What the method with these options hides of a view: see ``PretextTask/hidden(_:in:)``.
  /// - Throws: ``PretextError/option(method:_:)``.
  public static func hidden(
    changing changes: [String: JSONValue], in view: MaskedView
  ) throws(PretextError) -> Tensor? {
    try hidden(options(changing: changes), in: view)
  }

  /// Builds the task with its default options and the changes given.
  public static func make(
    changing changes: [String: JSONValue], _ context: PretextContext
  ) throws(PretextError) -> Self {
    try card.check(context.spec)
    return try Self(options(changing: changes), context)
  }
}
