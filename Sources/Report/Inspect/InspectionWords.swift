import Foundation
import Insight
import Study

/// An inspection in sentences, made of its figures alone. Where intervals do not allow a statement,
/// nothing is said.
struct InspectionWords {
  /// Features of fewer directions than this share of all use "only" so many.
  static let fewDirections = 0.1
  /// Features whose effective rank is below this have collapsed.
  static let collapsedRank = 2.0
  /// "At chance" is only said of intervals no wider than this.
  static let widestAtChance = 0.12
  /// An R² below this is not called read, even if it is above chance.
  static let weakR2 = 0.1

  private let inspection: Inspection
  private let names: [String]

  init(_ inspection: Inspection) {
    self.inspection = inspection
    names = inspection.networks.map(\.name)
  }

  /// The sentences, most general first.
  var sentences: [String] {
    directions + overfitting + neighbours + changes + depth + likeness + cues
  }

  /// What each network's features tell: too much for the page's head.
  var factorSentences: [String] { names.indices.flatMap(factors) }

  private func possessive(_ index: Int) -> String {
    names[index] + (names[index].hasSuffix("s") ? "’" : "’s")
  }

  private var directions: [String] {
    guard let figures = inspection.geometry else { return [] }
    var (collapsed, used): ([String], [(index: Int, directions: String)]) = ([], [])
    for index in figures.indices {
      let (rank, all) = (figures[index].effectiveRank, inspection.networks[index].features)
      if rank < Self.collapsedRank {
        collapsed.append(
          "\(Wording.sentence(possessive(index))) features have collapsed: they say nearly the same "
            + "of every image.")
        continue
      }
      let only = rank < Self.fewDirections * Double(all) ? "only " : ""
      let share = "\(Wording.grouped(Int(rank.rounded()))) of \(Wording.grouped(all))"
      used.append((index, only + share))
    }
    guard let first = used.first else { return collapsed }
    let list = Wording.list(used.map { "\(names[$0.index]) \($0.directions)" })
    return collapsed + [
      used.count == 1
        ? "\(Wording.sentence(possessive(first.index))) features use \(first.directions) directions."
        : "Directions that features use: \(list)."
    ]
  }

  /// The networks whose pretext loss on held-out images falls behind: see ``LossGap/isGrowing``.
  private var overfitting: [String] {
    let gaps = (inspection.geometry ?? []).map { $0.history?.gap }
    return zip(names, gaps).compactMap { name, gap in
      guard let gap, gap.isGrowing else { return nil }
      let (first, last) = gap.thirds
      func number(_ value: Double) -> String { InspectionPieces.number(value, digits: 3) }
      return
        "The pretext loss of images that \(name) was not trained on falls behind that of training "
        + "images (by \(number(first)) in the first third of the run, \(number(last)) in the last): "
        + "it over-fits to few images."
    }
  }

  /// What training changed against random weights, where intervals are apart.
  private var changes: [String] {
    guard let found = inspection.factors,
      let random = names.firstIndex(where: { $0.hasPrefix("random") })
    else { return [] }
    // Random weights of another architecture are nothing that training began with.
    let trained = names.indices.filter {
      !names[$0].hasPrefix("random")
        && inspection.networks[$0].backbone == inspection.networks[random].backbone
    }
    return trained.compactMap { index in
      // Changes and factors.csv may have a factor of the same name.
      var (made, known) = (Changes(), Changes())
      for (place, factor) in found.factors.enumerated() {
        guard let one = found.readings[index][place], let before = found.readings[random][place],
          let now = one.interval, let then = before.interval
        else { continue }
        let name =
          "\(factor.name.replacing("_", with: " ")) "
          + "(\(factor.measure == .r2 ? "R² " : "")\(Wording.number(before.value, digits: 0)) → "
          + "\(Wording.number(one.value, digits: 0))%)"
        let isBetter = now.lowerBound > max(then.upperBound, factor.chance)
        let isWorse = now.upperBound < then.lowerBound && then.lowerBound > factor.chance
        guard isBetter || isWorse else { continue }
        if factor.made != nil {
          made.add(name, isBetter)
        } else {
          known.add(name, isBetter)
        }
      }
      let parts = made.parts + known.parts.map { "of factors.csv, \($0)" }
      return parts.isEmpty
        ? nil
        : "Read from \(names[index]), against random weights, \(parts.joined(separator: "; "))."
    }
  }

  /// Factors that are read better or worse than from random weights.
  private struct Changes {
    private var (gained, lost): ([String], [String]) = ([], [])

    mutating func add(_ name: String, _ isBetter: Bool) {
      if isBetter { gained.append(name) } else { lost.append(name) }
    }

    var parts: [String] {
      (gained.isEmpty ? [] : ["better: \(Wording.list(gained))"])
        + (lost.isEmpty ? [] : ["worse: \(Wording.list(lost))"])
    }
  }

  /// Which network's neighbours share their class most often, if one stands apart.
  private var neighbours: [String] {
    guard let found = inspection.neighbours else { return [] }
    let agreements = found.figures.map(\.agreement)
    let known = agreements.indices.filter { agreements[$0]?.interval != nil }
    guard known.count > 1,
      let best = known.max(by: { (agreements[$0]?.value ?? 0) < (agreements[$1]?.value ?? 0) }),
      let one = agreements[best], let lower = one.interval?.lowerBound
    else { return [] }
    let others = known.filter { $0 != best }
    guard others.allSatisfy({ (agreements[$0]?.interval?.upperBound ?? 1) < lower }) else {
      return []
    }
    let second = others.compactMap { agreements[$0]?.value }.max() ?? 0
    return [
      "Of an image’s \(found.k) nearest, most share its class in \(possessive(best)) features: "
        + "\(Wording.percent(one.value)), against \(Wording.percent(second)) or less in the others."
    ]
  }

  /// What a network's features tell, what is read at chance, and what was to be ignored and is not:
  /// of changes made to the images, then of the factors that are known of them.
  private func factors(_ index: Int) -> [String] {
    guard let found = inspection.factors else { return [] }
    let owner = possessive(index)
    let made = readings(index, found) { $0.made != nil }
    let known = readings(index, found) { $0.made == nil }
    var sentences: [String] = []
    if !made.read.isEmpty {
      sentences.append(
        "\(Wording.sentence(owner)) features tell how an image was changed in "
          + "\(Wording.list(made.read)).")
    }
    if !made.blind.isEmpty {
      let verb = made.blind.count == 1 ? "is" : "are"
      sentences.append(
        "From \(owner) features, \(Wording.list(made.blind)) \(verb) read at chance.")
    }
    let unwilling = zip(found.factors, found.readings[index]).filter { factor, figure in
      factor.made.map(found.ignored[index].contains) == true
        && (figure?.interval?.lowerBound ?? 0) > factor.chance
    }.map(\.0.name)
    if !unwilling.isEmpty {
      sentences.append(
        "The views of \(names[index]) were to make it ignore \(Wording.list(unwilling)), which can "
          + "still be read.")
    }
    if !known.read.isEmpty {
      sentences.append("Of factors.csv, they tell \(Wording.list(known.read)).")
    }
    if !known.blind.isEmpty {
      sentences.append("Not better than chance: \(Wording.list(known.blind)).")
    }
    return sentences.isEmpty ? [] : [sentences.joined(separator: " ")]
  }

  /// The factors of a kind that are read above chance, and those that are read at chance, each with
  /// its figure.
  private func readings(
    _ index: Int, _ found: FactorFindings, _ isOfKind: (FactorFindings.Factor) -> Bool
  ) -> (read: [String], blind: [String]) {
    var (read, blind): ([String], [String]) = ([], [])
    for (factor, figure) in zip(found.factors, found.readings[index]) where isOfKind(factor) {
      guard let figure, let interval = figure.interval else { continue }
      let name = factor.name.replacing("_", with: " ")
      let value = (factor.measure == .r2 ? "R² " : "") + Wording.number(figure.value, digits: 0)
      let width = interval.upperBound - interval.lowerBound
      if interval.lowerBound > factor.chance {
        if factor.measure == .r2 && figure.value < Self.weakR2 { continue }
        read.append("\(name) (\(value)%)")
      } else if interval.contains(factor.chance), width <= Self.widestAtChance {
        blind.append("\(name) (\(value) ± \(Wording.number(width / 2, digits: 0))%)")
      }
    }
    return (read, blind)
  }

  /// In which networks an earlier layer is read better than the feature.
  private var depth: [String] {
    guard let found = inspection.layers else { return [] }
    let better = found.figures.indices.compactMap { index -> String? in
      let one = found.figures[index]
      guard let last = one.linear.last, let upper = last.interval?.upperBound,
        let best = one.linear.indices.max(by: { one.linear[$0].value < one.linear[$1].value }),
        let lower = one.linear[best].interval?.lowerBound, lower > upper
      else { return nil }
      return "\(names[index]) (\(one.names[best]) \(Wording.percent(one.linear[best].value)), "
        + "feature \(Wording.percent(last.value)))"
    }
    if better.isEmpty { return [] }
    return ["An earlier layer tells the class better than the last in \(Wording.list(better))."]
  }

  /// Which two networks are less alike than each of them is to itself under another seed, where
  /// intervals are apart.
  private var likeness: [String] {
    guard let found = inspection.layers else { return [] }
    let seeds = found.kin.map {
      $0.first { $0.difference == InspectedNetwork.Relative.anotherSeed }?.alignment
    }
    var (pairs, apart): (Int, [String]) = (0, [])
    for first in seeds.indices {
      for second in seeds.indices where second > first {
        guard let one = seeds[first]?.interval, let other = seeds[second]?.interval,
          let both = found.alignment[first][second].interval
        else { continue }
        pairs += 1
        guard both.upperBound < min(one.lowerBound, other.lowerBound) else { continue }
        let value = InspectionPieces.number(found.alignment[first][second].value, digits: 2)
        apart.append("\(names[first]) and \(names[second]) (\(value))")
      }
    }
    if apart.isEmpty { return [] }
    let beginning = "By CKA, two networks are less alike than each is to itself under another seed:"
    return [
      apart.count == pairs && pairs > 3
        ? "\(beginning) each two of those that were trained under two."
        : "\(beginning) \(apart.joined(separator: ", "))."
    ]
  }

  /// Texture or outline, where intervals are apart.
  private var cues: [String] {
    guard let found = inspection.cues,
      let shuffled = found.cues.firstIndex(of: .shuffled),
      let silhouettes = found.cues.firstIndex(of: .silhouettes)
    else { return [] }
    var (texture, outline): ([String], [String]) = ([], [])
    for (index, readings) in found.readings.enumerated() {
      let (first, second) = (readings[shuffled], readings[silhouettes])
      guard let one = first.interval, let other = second.interval else { continue }
      func figures(_ one: ReadFigure, _ other: ReadFigure) -> String {
        "\(names[index]) (\(Wording.percent(one.value)) against \(Wording.percent(other.value)))"
      }
      if one.lowerBound > max(other.upperBound, found.chance) {
        texture.append(figures(first, second))
      }
      if other.lowerBound > max(one.upperBound, found.chance) {
        outline.append(figures(second, first))
      }
    }
    var sentences: [String] = []
    if !texture.isEmpty {
      sentences.append(
        "More of the class survives with squares shuffled than in silhouettes, texture rather than "
          + "outline, in \(Wording.list(texture)).")
    }
    if !outline.isEmpty {
      sentences.append(
        "More of the class survives in silhouettes than with squares shuffled, outline rather than "
          + "texture, in \(Wording.list(outline)).")
    }
    return sentences
  }
}
