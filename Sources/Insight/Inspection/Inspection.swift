/// What pretrained networks have learnt, in figures and pictures: the content of the page of
/// `glean inspect`. Chapters that were not asked for, or that the images do not allow, are `nil`;
/// in each, entry i is network i's.
///
/// In JSON, pictures have a size and no pixels.
public struct Inspection: Codable, Sendable {
  /// A part of the page.
  public enum Chapter: String, Codable, CaseIterable, Sendable {
    /// How many directions features use, and how.
    case geometry
    /// What is near to what.
    case neighbours
    /// All images in the plane.
    case embedding
    /// Filters, attention and the parts of images.
    case maps
    /// What is known at which depth.
    case layers
    /// What can be read from the features beyond the class.
    case factors
    /// Whether the class is known by texture or by shape.
    case cues
  }

  /// A network that was looked at.
  public struct Network: Codable, Sendable, Hashable {
    /// What readers call it; no two are the same.
    public var name: String
    /// The method that trained it, as its paper writes it, if its weights say.
    public var method: String?
    /// The network's architecture and settings.
    public var backbone: String
    /// Pixels of the square images that it was shown.
    public var imageSize: Int
    /// The size of its feature.
    public var features: Int
  }

  /// A chapter that was asked for, or a part of one, and is not there.
  public struct Omission: Codable, Sendable, Hashable {
    /// Which.
    public var chapter: Chapter
    /// The part of it that is not there; `nil` for the whole.
    public var part: String?
    /// Why, and what would help.
    public var reason: String
  }

  /// How long a chapter took.
  public struct Duration: Codable, Sendable, Hashable {
    /// `features`, or a chapter.
    public var part: String
    /// Seconds.
    public var seconds: Double
  }

  /// What the images are called.
  public var dataset: String
  /// Where the networks come from, in a sentence; `nil` where they were given one by one.
  public var origin: String?
  /// How many images features were measured on.
  public var trainingImages: Int
  /// Of how many images, held out from fits, figures come that say so.
  public var heldOutImages: Int
  /// How many groups (patients, slides, flights) these are of; `nil` for images without groups.
  public var heldOutGroups: Int?
  /// The classes; empty without labels.
  public var classes: [String]
  /// The networks, in the order given.
  public var networks: [Network]
  /// How many directions features use, and how.
  public var geometry: [GeometryFigures]?
  /// What is near to what.
  public var neighbours: NeighbourFindings?
  /// All images in the plane.
  public var embedding: EmbeddingFindings?
  /// Filters, attention and the parts of images.
  public var maps: MapFindings?
  /// What is known at which depth.
  public var layers: LayerFindings?
  /// What can be read from the features beyond the class.
  public var factors: FactorFindings?
  /// Whether the class is known by texture or by shape.
  public var cues: CueFindings?
  /// Chapters that were asked for, or parts of these, and are not there.
  public var omissions: [Omission] = []
  /// How long each part took, in order.
  public var durations: [Duration] = []
}

/// A share of test images, or another figure of them.
public struct ReadFigure: Codable, Sendable, Hashable {
  /// The figure.
  public var value: Double
  /// Its 95% interval over test images, or over whole groups where they come in such; `nil` where
  /// one image or group tells nothing.
  public var interval: ClosedRange<Double>?
}

/// Images that cannot be inspected, or networks on them. Every message says what to do.
public enum InspectionError: Error, Equatable, CustomStringConvertible {
  /// Fewer images than can be measured and held out from.
  case tooFewImages(found: Int, needed: Int)
  /// A network some of whose features are no numbers.
  case badFeatures(network: String)

  /// What was found, what was expected, and what to do.
  public var description: String {
    switch self {
    case .tooFewImages(let found, let needed):
      "there are \(found) images to inspect networks on; give \(needed) or more"
    case .badFeatures(let network):
      "\(network): some features are NaN or infinite; the network has diverged, so leave it out"
    }
  }
}
