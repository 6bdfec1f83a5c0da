/// How the views that a method asks for are changed to suit the images.
///
/// Published recipes are made for photographs of objects. An adjustment leaves a method its own crops,
/// views and probabilities, and changes what would destroy or miss what matters in images of another
/// kind: colours that tell the classes, an up that images do not have, brightness that is a finding.
public struct ViewAdjustment: Codable, Sendable, Equatable {
  /// What it is called: a preset's name, or `auto`.
  public var name: String
  /// The probability of an upside-down flip, for images without an up. With left-right flips it makes
  /// half turns too.
  public var verticalFlip: Double
  /// Turns of crops, for images without an up; `nil` for none.
  public var rotation: Rotation?
  /// Multiplies the reach of brightness and contrast.
  public var tone: Double
  /// Multiplies the reach of saturation and hue and the probability of grayscale.
  public var colour: Double
  /// Multiplies the probability of a blur.
  public var blur: Double
  /// Multiplies the probability of solarisation.
  public var solarize: Double
  /// The least share of the area that a crop of the whole image keeps; small crops beside them stay.
  public var minimumScale: Double

  /// An adjustment; what is not named is left as the method has it.
  public init(
    name: String, verticalFlip: Double = 0, rotation: Rotation? = nil, tone: Double = 1,
    colour: Double = 1, blur: Double = 1, solarize: Double = 1, minimumScale: Double = 0
  ) {
    self.name = name
    self.verticalFlip = verticalFlip
    self.rotation = rotation
    self.tone = tone
    self.colour = colour
    self.blur = blur
    self.solarize = solarize
    self.minimumScale = minimumScale
  }
}

/// Adjustments for kinds of images.
public enum ViewPreset: String, CaseIterable, Sendable {
  /// Photographs: what the methods were published with.
  case photo
  /// Grey images, also where they are stored in colour.
  case grayscale
  /// Cells and tissue through a microscope: turned by any angle.
  case microscopy
  /// The ground from above: turned by any angle.
  case aerial
  /// X-rays, tomography and ultrasound.
  case radiograph
  /// Surfaces and materials.
  case texture

  /// What it changes; nil for ``photo``, which changes nothing.
  public var adjustment: ViewAdjustment? {
    switch self {
    case .photo: nil
    case .grayscale: ViewAdjustment(name: rawValue, colour: 0)
    // Stains have meaning, but differ between laboratories.
    case .microscopy:
      ViewAdjustment(
        name: rawValue, verticalFlip: 0.5, rotation: Rotation(), colour: 0.5, solarize: 0)
    case .aerial: ViewAdjustment(name: rawValue, verticalFlip: 0.5, rotation: Rotation())
    // Brightness is density, an inverted image another examination, and findings may be small.
    case .radiograph:
      ViewAdjustment(name: rawValue, tone: 0.5, colour: 0, solarize: 0, minimumScale: 0.2)
    // What a blur takes away is what textures differ in.
    case .texture: ViewAdjustment(name: rawValue, verticalFlip: 0.5, blur: 0)
    }
  }
}

extension ViewPlan {
  /// The views, adjusted.
  /// - Parameter isUpright: whether the method learns from which way is up, and must not lose it.
  public func adjusted(by adjustment: ViewAdjustment, isUpright: Bool = false) -> ViewPlan {
    ViewPlan(
      groups.map { group in
        var group = group
        let (verticalFlip, rotation) = (
          group.augmentation.verticalFlip, group.augmentation.rotation
        )
        group.augmentation = group.augmentation.adjusted(by: adjustment)
        if isUpright {
          group.augmentation.verticalFlip = verticalFlip
          group.augmentation.rotation = rotation
        }
        return group
      })
  }
}

extension Augmentation {
  /// The recipe, adjusted; one that changes nothing stays as it is.
  func adjusted(by adjustment: ViewAdjustment) -> Augmentation {
    if self == .none { return self }
    var recipe = self
    recipe.verticalFlip = max(verticalFlip, adjustment.verticalFlip)
    recipe.rotation = adjustment.rotation ?? rotation
    if var jitter {
      jitter.brightness *= adjustment.tone
      jitter.contrast *= adjustment.tone
      jitter.saturation *= adjustment.colour
      jitter.hue *= adjustment.colour
      recipe.jitter = jitter
    }
    recipe.grayscale *= adjustment.colour
    recipe.blur?.probability *= adjustment.blur
    recipe.solarize?.probability *= adjustment.solarize
    if let crop, crop.maximumScale == 1 {
      recipe.crop?.minimumScale = max(crop.minimumScale, adjustment.minimumScale)
    }
    return recipe
  }
}
