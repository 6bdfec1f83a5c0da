import CommandLineKit
import Glean

/// How a method's views are made to suit the images.
struct AugmentOptions: ParsableArguments {
  @Option(
    help:
      "The kind of images: photo (views as published), grayscale, microscopy, aerial, radiograph "
      + "or texture; or auto, which looks at them and says what it found.")
  var augment = AugmentChoice.photo

  /// What the choice changes; nil for nothing.
  func adjustment(
    for store: DeviceStore, training: [Int], note: (String) -> Void
  ) -> ViewAdjustment? {
    guard augment == .auto else { return ViewPreset(rawValue: augment.rawValue)?.adjustment }
    let advice = ViewAdvice(of: store, training: training)
    note("Augmentation by the images:")
    for reason in advice.reasons { note("  \(reason)") }
    if advice.adjustment == nil { note("  Views stay as published.") }
    return advice.adjustment
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
