import Augment
import Backbones
import Torch
import TorchNN

/// What MSN and PMSN share: an anchor network that sees some of the patches, a target network that
/// follows it and sees all, and prototypes that both are compared with.
final class MaskedSiamese: Module {
  /// What the networks are made and trained with.
  struct Settings {
    var method: String
    var maskRatio: Double
    var prototypes: Int
    var hidden: Int
    var output: Int
  }

  let backbone: Backbone
  private let projector: Sequential
  let prototypes: Parameter
  let teacher: Teacher
  private let anchor: Unowned<VisionTransformer>
  private let target: Unowned<VisionTransformer>
  private let maskRatio: Double

  init(_ settings: Settings, _ context: PretextContext) throws(PretextError) {
    let vit = try context.transformer(for: settings.method)
    guard (0..<1).contains(settings.maskRatio) else {
      throw .option(
        method: settings.method, "maskRatio is \(settings.maskRatio); give 0 to less than 1")
    }
    maskRatio = settings.maskRatio
    backbone = vit
    func head() -> Sequential { MaskedSiamese.head(vit.features, settings, context.random) }
    projector = head()
    // Begun as torch begins a linear layer's weight, as the authors do.
    let bound = 1 / Double(settings.output).squareRoot()
    prototypes = Parameter(
      context.random.uniform(
        [context.prototypeCount(settings.prototypes), settings.output], from: -bound, to: bound))
    teacher = Teacher(context, following: projector, head: head())
    anchor = Unowned(vit)
    target = Unowned(teacher.backbone(like: vit))
  }

  /// Three linear layers, the hidden ones with batch normalisation and GELU (Assran et al. 2022,
  /// appendix C, as their code has it).
  private static func head(
    _ input: Int, _ settings: Settings, _ random: RandomStream
  ) -> Sequential {
    func layer(_ inputs: Int) -> [Layer] {
      [
        Linear(
          inputs, settings.hidden, bias: false, initialisation: .narrowNormal, random: random),
        BatchNorm(settings.hidden), GELU(),
      ]
    }
    return Sequential(
      layer(input) + layer(settings.hidden)
        + [Linear(settings.hidden, settings.output, initialisation: .narrowNormal, random: random)])
  }

  /// A large view for the target network, then one and small ones for the anchor network.
  static func views(imageSize: Int, locals: Int, blur: Bool) -> ViewPlan {
    let recipe = Augmentation.simCLR(strength: 0.5, blur: blur)
    return .multiCrop(
      size: imageSize, locals: locals, split: 0.3, recipes: (recipe, recipe, recipe))
  }

  /// What the anchor network does not see of its large view; nil for the others, which are seen whole.
  static func hidden(maskRatio: Double, in view: MaskedView) -> Tensor? {
    guard view.number == 1 else { return nil }
    let count = view.side * view.side
    let kept = Set(visiblePlaces(of: count, maskRatio: max(0, maskRatio), view.random).ints)
    return view.map(
      Tensor((0..<count).map { !kept.contains($0) }, shape: [1, count])
        .expanded(view.count, -1))
  }

  /// Embeddings of the anchor views, one after the other `[views · N, D]`, and of the target view
  /// `[N, D]`; the features of both.
  func embeddings(_ views: Views, _ progress: StepProgress) -> (
    anchors: Tensor, targets: Tensor, features: Tensor, partners: Tensor
  ) {
    let random = progress.random("mask")
    let h = anchor.module.feature(of: visible(of: views.images[1], random))
    let small = perView(Array(views.images.dropFirst(2))) { images in
      projector(anchor.module(images))
    }
    let (partners, targets) = withoutGradient {
      let h = target.module(views.images[0])
      return (h, teacher.head(h))
    }
    return (concatenated([projector(h)] + small), targets, h, partners)
  }

  /// Tokens of the patches that the anchor network sees of the large view, the same in all images of
  /// the batch, as in the authors' code; the small views are kept whole.
  private func visible(of images: Tensor, _ random: RandomStream) -> Tensor {
    let tokens = anchor.module.embed(images)
    let places = Self.visiblePlaces(of: tokens.size(1), maskRatio: maskRatio, random)
    return tokens.rows(places.to(images.device), along: 1)
  }

  private static func visiblePlaces(
    of count: Int, maskRatio: Double, _ random: RandomStream
  ) -> Tensor {
    random.permutation(count)[0..<max(1, Int(Double(count) * (1 - maskRatio)))]
  }
}
