import Augment
public import Downstream
public import Pretext
public import Training

/// A number of images, or all there are.
public enum ImageCount: Codable, Sendable, Equatable {
  /// So many.
  case some(Int)
  /// All there are.
  case all

  /// Reads a number or `"all"`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let word = try? container.decode(String.self), word == "all" {
      self = .all
    } else {
      self = .some(try container.decode(Int.self))
    }
  }

  /// Writes what is read.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .some(let count): try container.encode(count)
    case .all: try container.encode("all")
    }
  }
}

/// What an arm of a study file says: the file's own fields, or those with the changes of one of its
/// `also`. What is left out follows from the images and the machine, as in `glean compare`.
public struct StudyArm: Codable, Sendable, Equatable {
  /// Sets of labelled images, each of which is pretrained on and judged on; relative to the file.
  public var sets: [String] = []
  /// Other sets that the methods are pretrained on too: transfer.
  public var pretrain: [String] = []
  /// Numbers of images of those; all by default.
  public var pretrainSizes: [ImageCount] = [.all]
  /// Methods, families or `all`.
  public var methods = StudyRequest.defaultMethods
  /// Whether random weights, pixels and supervised training stand beside them.
  public var baselines = true
  /// Numbers of images to pretrain on; by default a tenth, a third and all.
  public var sizes: [ImageCount]?
  /// Labelled images downstream: of all those pretrained on, or so many.
  public var labels = ImageCount.all
  /// How many seeds.
  public var seeds = StudyRequest.defaultSeeds
  /// Networks, as they are typed; by default one that fits the device.
  public var backbones: [String] = []
  /// Side of the views in pixels; by default what fits images and device.
  public var imageSize: Int?
  /// Images in a batch.
  public var batch = 128
  /// Which optimiser settings are taken.
  public var recipe = RecipeChoice.automatic
  /// The type of products and convolutions; by default what is fast here.
  public var precision: Precision?
  /// The kind of images: a ``ViewPreset``'s name, or `auto`.
  public var augment = ViewPreset.photo.rawValue
  /// What the networks are judged by, beside the linear probe.
  public var protocols = DownstreamProtocol.standard.filter { $0 != .linear }
  /// How much classes count in the linear probe.
  public var classWeights = LinearProbe.ClassWeighting.none
  /// Optimiser steps of a run: one budget arm.
  public var steps: Int?
  /// Passes over the images of a run: the other.
  public var epochs: Int?
  /// Minutes for all parts without either, from which their steps follow.
  public var minutes = 30
  /// General weights, each a part of its own where there are several.
  public var initial: [String] = []
  /// What the report calls them, in order; by default the files' names.
  public var initTitle: [String] = []
  /// Whether weights that fit in part are taken.
  public var partial = false
  /// Methods that also go on from the weights; all by default, or `none`.
  public var continued: [String] = []
  /// Options of methods that differ from the published ones, by method.
  public var options: [String: [String: JSONValue]] = [:]
  /// Pixels kept of each stored image's shorter side.
  public var storeSize = 256
  /// Whether near-duplicates are left out of training.
  public var dropDuplicates = false
  /// What becomes black and white in images of more than 8 bits: the lower, then the higher.
  public var range: [Double] = []

  /// All defaults; `sets` is still to be named.
  public init() {}

  /// The fields by name.
  enum CodingKeys: String, CodingKey, CaseIterable {
    case sets, pretrain, pretrainSizes, methods, baselines, sizes, labels, seeds, backbones
    case imageSize, batch, recipe, precision, augment, protocols, classWeights
    case steps, epochs, minutes
    case initial = "init"
    case initTitle, partial, continued, options, storeSize, dropDuplicates, range
  }

  /// The fields that say how long a run trains; an arm that gives one gives all.
  static let budgets: Set<String> = ["steps", "epochs", "minutes"]

  /// The names of the fields.
  public static let fields = CodingKeys.allCases.map(\.rawValue)

  /// The fields that are lists, of which one may be written without brackets.
  static let lists: Set<String> = [
    "sets", "pretrain", "pretrainSizes", "methods", "sizes", "backbones", "protocols", "init",
    "initTitle", "continued", "range",
  ]

  /// What a field's value looks like, after "expected".
  static func expectation(_ field: String) -> String {
    func words<Words: CaseIterable & RawRepresentable<String>>(_ type: Words.Type) -> String {
      type.allCases.map(\.rawValue).joined(separator: ", ")
    }
    return switch field {
    case "sizes", "pretrainSizes": "numbers of images, or \"all\""
    case "labels": "a number of images, or \"all\""
    case "baselines", "partial", "dropDuplicates": "true or false"
    case "recipe": "one of \(words(RecipeChoice.self))"
    case "precision": "one of \(words(Precision.self))"
    case "augment": "one of \(words(ViewPreset.self)), auto"
    case "protocols": "some of \(words(DownstreamProtocol.self))"
    case "classWeights": "one of \(words(LinearProbe.ClassWeighting.self))"
    case "options": "options by method: { simclr: { temperature: 0.5 } }"
    case "range": "two numbers, the lower first: [0, 4095]"
    case "batch": "a whole number from 2"
    case "imageSize", "storeSize": "a whole number from 8"
    case "seeds": "a whole number from 1 to \(Wording.grouped(StudyRequest.mostSeeds))"
    case "steps", "epochs", "minutes": "a whole number from 1"
    default: "text, or a list of texts"
    }
  }

  /// The first field whose value cannot be followed, whatever the images.
  var outOfRange: String? {
    let least = [
      ("seeds", seeds, 1), ("batch", batch, 2), ("imageSize", imageSize, 8),
      ("storeSize", storeSize, 8), ("steps", steps, 1), ("epochs", epochs, 1),
      ("minutes", minutes, 1),
    ]
    for (field, value, lowest) in least where (value ?? lowest) < lowest { return field }
    if seeds > StudyRequest.mostSeeds { return "seeds" }
    if sizes?.isEmpty == true { return "sizes" }
    if pretrainSizes.isEmpty { return "pretrainSizes" }
    if augment != "auto" && ViewPreset(rawValue: augment) == nil { return "augment" }
    if !range.isEmpty && (range.count != 2 || range[0] >= range[1]) { return "range" }
    return nil
  }
}
