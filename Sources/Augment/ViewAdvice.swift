import Torch

/// Which adjustment suits the images of a store, by what can be measured on them.
public struct ViewAdvice: Sendable, Equatable {
  /// The adjustment, called `auto`; nil where the published views suit.
  public var adjustment: ViewAdjustment?
  /// What was measured and what follows, a sentence each.
  public var reasons: [String]

  /// Without classes: a turn is not seen where a linear rule tells at most this share of images from themselves turned,
  /// or what chance may (two standard errors).
  static let unseen = 0.55
  /// Images without an up have an axis, as solar cells do, where a linear rule tells this share of them
  /// from themselves turned by a quarter. Less may be the camera, sharper along its rows.
  static let axis = 0.8
  /// A turn does no harm where a linear rule, fitted to the classes of images as they are,
  /// loses at most this share of what it tells of their classes once they are turned, beyond what it
  /// loses by the left-right flip that every published recipe makes.
  static let tolerableLoss = 0.25
  /// What a linear rule tells of the classes says something from here on (0 is chance, 1 all).
  static let leastAdvantage = 0.1
  /// Images share a layout, as X-rays do, where their mean image has at least this share of the
  /// contrast that they have.
  static let sharedLayout = 0.5
  /// Colour tells the classes where a linear rule on mean colours alone goes this share of the way from
  /// chance to always right.
  static let tellingColour = 0.25
  /// Channels that differ by less than this many grey levels on average are no colours.
  static let leastChroma = 1.0
  /// At most so many images are looked at.
  private static let sample = 2000

  /// Looks at some of the training images; at their classes, if they have any, only to find out whether
  /// colours and turns matter to them.
  /// - Parameter training: the images that may be trained on.
  public init(of store: DeviceStore, training: [Int]) {
    let order = RandomStream(seed: 0, "advice").permutation(training.count).ints
    let images = order.prefix(Self.sample).map { training[$0] }
    let pictures = SmallPictures(of: images, in: store)
    let labels = images.map { store.labels[$0] }
    let isGrey = store.channels == 1 || store.channels == 3 && pictures.chroma < Self.leastChroma
    var adjustment = ViewAdjustment(name: "auto")
    reasons = []
    if isGrey {
      adjustment.colour = 0
      reasons.append("The images are grey: colours are left alone.")
      let layout = pictures.sharedLayout
      if layout >= Self.sharedLayout {
        adjustment.tone = 0.5
        adjustment.solarize = 0
        adjustment.minimumScale = 0.2
        reasons.append(
          "They share a layout (\(Self.percent(layout)) of their contrast is in the mean image), as "
            + "X-rays do: brightness and contrast change half as far, nothing is inverted, and crops "
            + "keep a fifth at least.")
      } else {
        reasons.append(
          "They share no layout (\(Self.percent(layout)) of their contrast is in the mean image): "
            + "brightness and crops change as published.")
      }
    }
    weighTurns(pictures, labels, &adjustment)
    if store.channels == 3, !isGrey { weighColour(pictures, labels, &adjustment) }
    let changesNothing = [
      ViewAdjustment(name: "auto"),
      // No colour, which grey stores do not have anyway.
      store.channels == 1 ? ViewAdjustment(name: "auto", colour: 0) : nil,
    ]
    self.adjustment = changesNothing.contains(adjustment) ? nil : adjustment
  }

  /// Whether images have an up, and if not, whether they have an axis.
  private mutating func weighTurns(
    _ pictures: SmallPictures, _ labels: [Int?], _ adjustment: inout ViewAdjustment
  ) {
    let changes = pictures.changes(.not)
    let seen = (
      over: LinearRule.told(changes, from: pictures.changes(.upsideDown)),
      aside: LinearRule.told(changes, from: pictures.changes(.aQuarter))
    )
    let unseen = max(Self.unseen, 0.5 + 1 / Double(max(1, labels.count)).squareRoot())
    var loss: (over: Double, aside: Double)?
    let told = LinearRule.advantage(
      pictures.features(.not),
      variants: [.leftRight, .upsideDown, .aQuarter].map(pictures.features), labels: labels)
    if let told, told[0] >= Self.leastAdvantage {
      let flipped = min(told[0], told[1])
      loss = ((flipped - told[2]) / told[0], (flipped - told[3]) / told[0])
    }
    func measured(_ seen: Double, _ loss: Double?) -> String {
      let sight = "a linear rule tells \(Self.percent(seen)) of them from themselves turned"
      guard let loss else { return sight }
      return sight + " and loses \(Self.percent(max(0, loss))) of what it tells of the classes, "
        + "beyond what a left-right flip costs"
    }
    // What the classes say counts for more than what can be seen: 6 and 9 look alike turned over.
    func serves(_ seen: Double, _ limit: Double, _ loss: Double?) -> Bool {
      loss.map { $0 <= Self.tolerableLoss } ?? (seen <= limit)
    }
    let over = measured(seen.over, loss?.over)
    guard serves(seen.over, unseen, loss?.over) else {
      reasons.append("Upside down they do not serve (\(over)): they have an up, which is kept.")
      return
    }
    adjustment.verticalFlip = 0.5
    reasons.append("Upside down they serve as well (\(over)): they are flipped so too.")
    let aside = measured(seen.aside, loss?.aside)
    if serves(seen.aside, Self.axis, loss?.aside) {
      adjustment.rotation = Rotation()
      reasons.append("On their side too (\(aside)): they are turned by any angle.")
    } else {
      reasons.append("On their side they do not (\(aside)): they have an axis, and are not turned.")
    }
  }

  private mutating func weighColour(
    _ pictures: SmallPictures, _ labels: [Int?], _ adjustment: inout ViewAdjustment
  ) {
    // Red against green, and blue against both: no brightness.
    let colour = pictures.meanColour
    func channel(_ index: Int) -> Tensor { colour.sliced(index..<index + 1, along: 1) }
    let hues = concatenated(
      [channel(0) - channel(1), channel(2) - (channel(0) + channel(1)) / 2], along: 1)
    guard let told = LinearRule.advantage(hues, labels: labels)?[0] else {
      reasons.append("There are no classes to say what colours mean: they change as published.")
      return
    }
    let share =
      "mean colours go \(Self.percent(max(0, told))) of the way from chance to all classes"
    if told >= Self.tellingColour {
      adjustment.colour = 0.25
      reasons.append("Colour tells the classes (\(share)): colours change a quarter as far.")
    } else {
      reasons.append("Colour tells little of the classes (\(share)): colours change as published.")
    }
  }

  private static func percent(_ share: Double) -> String { "\(Int((100 * share).rounded()))%" }
}
