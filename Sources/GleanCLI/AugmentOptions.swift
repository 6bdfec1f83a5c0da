import CommandLineKit
import Glean

/// How a method's views are made to suit the images.
struct AugmentOptions: ParsableArguments {
  @Option(
    help:
      "The kind of images: photo (views as published), grayscale, microscopy, aerial, radiograph "
      + "or texture; or auto, which looks at them and says what it found.")
  var augment = AugmentChoice.photo
  @Option(
    name: "augment-set", valueName: "name=value",
    help: "Another strength than the kind's: rotation (degrees, 180 for any angle, or quarter), "
      + "vertical-flip, tone, colour, blur, solarize (factors of what the method does, 0 for none) "
      + "or minimum-scale.")
  var strengths: [String] = []

  func validate() throws {
    var adjustment = ViewAdjustment(name: "")
    try change(&adjustment)
  }

  /// What the choice changes; nil for nothing.
  func adjustment(
    for store: DeviceStore, training: [Int], note: (String) -> Void
  ) -> ViewAdjustment? {
    var adjustment = ViewPreset(rawValue: augment.rawValue)?.adjustment
    if augment == .auto {
      let advice = ViewAdvice(of: store, training: training)
      note("Augmentation by the images:")
      for reason in advice.reasons { note("  \(reason)") }
      note("  Chosen: \(advice.adjustment?.summary ?? "views as published").")
      adjustment = advice.adjustment
    }
    if strengths.isEmpty { return adjustment }
    var changed = adjustment ?? ViewAdjustment(name: augment.rawValue)
    try? change(&changed)  // Seen to be right by `validate`.
    return changed
  }

  private func change(_ adjustment: inout ViewAdjustment) throws {
    for strength in strengths {
      let parts = strength.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2 else {
        throw UsageError("--augment-set '\(strength)' is not name=value, for example rotation=15")
      }
      do {
        try adjustment.set(parts[0], to: parts[1])
      } catch {
        throw UsageError("--augment-set: \(error)")
      }
    }
  }
}

/// A preset by name, or the choice by the images.
enum AugmentChoice: String, CaseIterable, ExpressibleByArgument {
  case photo
  case grayscale
  case microscopy
  case aerial
  case radiograph
  case texture
  case auto
}
