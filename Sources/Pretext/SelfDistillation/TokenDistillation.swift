import Augment
import Backbones
import Torch
import TorchNN

/// Which patches iBOT and DINOv2 hide, as their options name it.
protocol MaskingOptions {
  var maskProbability: Double { get }
  var minimumMask: Double { get }
  var maximumMask: Double { get }
}

/// What iBOT and DINOv2 share: a student that sees large views with patches hidden and small ones
/// whole, a teacher that sees the large ones whole, and heads on class token and patch tokens.
final class TokenDistillation: Module {
  /// Which patches are hidden.
  struct Masking {
    let probability: Double
    let least: Double
    let most: Double

    init(_ options: some MaskingOptions) {
      (probability, least) = (options.maskProbability, options.minimumMask)
      most = options.maximumMask
    }

    /// What of a view the student does not see; nil for a small view, which it sees whole.
    func hidden(in view: MaskedView) -> Tensor? {
      guard view.number < 2 else { return nil }
      let mask = BlockMask(
        count: view.count, side: view.side, probability: probability,
        share: min(least, most)...most, random: view.random, device: .cpu)
      return view.map(mask.hidden)
    }
  }

  /// What student and teacher say of a batch.
  struct Scores {
    /// The student's scores of the class token, one `[N, K]` a view, the large ones first.
    var student: [Tensor]
    /// The teacher's, one a large view.
    var teacher: [Tensor]
    /// The student's scores of hidden patches, `[M, K]`.
    var studentPatches: Tensor
    /// The teacher's scores of the same patches.
    var teacherPatches: Tensor
    /// What each of those patches counts, `[M]`.
    var weights: Tensor
    /// The student's class tokens of the large views, `[N, D]` each.
    var features: [Tensor]
  }

  let backbone: Backbone
  private let head: TokenHeads
  private let maskToken: Parameter
  let teacher: Teacher
  private let student: Unowned<VisionTransformer>
  private let target: Unowned<VisionTransformer>
  private let targetHead: Unowned<TokenHeads>
  private let masking: Masking

  init(
    method: String, _ masking: Masking, _ context: PretextContext, head makeHead: () -> TokenHeads
  ) throws(PretextError) {
    let vit = try context.transformer(for: method)
    guard 0 <= masking.least, masking.least <= masking.most, masking.most < 1 else {
      throw .option(
        method: method,
        "minimumMask is \(masking.least) and maximumMask \(masking.most); give shares below 1, the "
          + "first not above the second")
    }
    self.masking = masking
    backbone = vit
    head = makeHead()
    maskToken = Parameter(.zeros([1, 1, vit.features]))
    let copy = makeHead()
    teacher = Teacher(context, following: head, head: copy)
    student = Unowned(vit)
    target = Unowned(teacher.backbone(like: vit))
    targetHead = Unowned(copy)
  }

  /// Runs both networks; while `frozen`, the heads' last layers receive no gradients.
  func scores(_ views: Views, _ progress: StepProgress, frozen: Bool) -> Scores {
    let large = concatenated(Array(views.images.prefix(2)))
    let whole = withoutGradient { target.module.tokens(large) }
    let patches = whole.size(1) - student.module.prefixLength
    let mask = BlockMask(
      count: large.size(0), side: Int(Double(patches).squareRoot().rounded()),
      probability: masking.probability, share: masking.least...masking.most,
      random: progress.random("mask"), device: large.device)
    let seen = student.module.tokens(large, hiding: mask.hidden, behind: maskToken.value)
    func hidden(_ tokens: Tensor) -> Tensor {
      mask.hidden(of: student.module.patchTokens(of: tokens))
    }
    let classTokens = seen.selected(0, along: 1)
    let small = perView(Array(views.images.dropFirst(2))) { images in
      head(student.module.tokens(images).selected(0, along: 1), frozen: frozen)
    }
    let (teacherScores, teacherPatches) = withoutGradient {
      let heads = targetHead.module
      return (heads(whole.selected(0, along: 1)), heads.ofPatches(hidden(whole), frozen: false))
    }
    return Scores(
      student: head(classTokens, frozen: frozen).split(2) + small,
      teacher: teacherScores.split(2),
      studentPatches: head.ofPatches(hidden(seen), frozen: frozen),
      teacherPatches: teacherPatches, weights: mask.weights, features: classTokens.split(2))
  }
}

/// DINO's head for class tokens, and the same or another one for patch tokens.
final class TokenHeads: Layer {
  private let classToken: DINOHead
  private let patches: DINOHead?

  /// One head for both where `patches` is `nil`.
  init(_ classToken: DINOHead, patches: DINOHead? = nil) {
    self.classToken = classToken
    self.patches = patches
  }

  /// Scores of class tokens.
  override func callAsFunction(_ x: Tensor) -> Tensor { classToken(x) }

  /// The same; while `frozen`, the last layer receives no gradients.
  func callAsFunction(_ x: Tensor, frozen: Bool) -> Tensor { classToken(x, frozen: frozen) }

  /// Scores of patch tokens.
  func ofPatches(_ x: Tensor, frozen: Bool) -> Tensor { (patches ?? classToken)(x, frozen: frozen) }
}
