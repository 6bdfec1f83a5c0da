/// A row that a protocol has not judged in all its seeds yet: its mean stands beside means of more.
struct HalfJudged {
  var title: String
  /// N; nil if the row does not depend on it.
  var pretrainImages: Int?
  var evaluation: EvaluationProtocol
  /// Seeds that were judged, and those that have a run.
  var judged: Int
  var runs: Int

  /// Where a figure is of fewer seeds than the row has runs, and where a method lacks a protocol by
  /// which another one of its size was judged. (Which baselines a protocol suits differs.)
  static func all(_ summary: StudySummary) -> [HalfJudged] {
    let methods = summary.rows.filter { !$0.isBaseline && $0.headlineProtocol == .linear }
    return summary.rows.flatMap { row -> [HalfJudged] in
      var seeds = Dictionary(
        row.figures.map { ($0.evaluation, $0.estimate.n) }, uniquingKeysWith: max)
      if !row.isBaseline {
        for other in methods where other.pretrainImages == row.pretrainImages {
          for figure in other.figures { seeds[figure.evaluation, default: 0] += 0 }
        }
      }
      return seeds.sorted { $0.key < $1.key }.filter { $0.value < row.runs }.map {
        HalfJudged(
          title: row.title, pretrainImages: row.pretrainImages, evaluation: $0.key,
          judged: $0.value, runs: row.runs)
      }
    }
  }

  var sentence: String {
    let size = pretrainImages.map { " at N = \(Wording.grouped($0))" } ?? ""
    return "\(title)\(size): \(evaluation.title) has judged \(judged) of "
      + "\(Wording.count(runs, "seed")); that figure is of fewer seeds than the row's others."
  }
}

extension StudySummary {
  /// Figures that are of fewer seeds than their row has, in sentences.
  package var halfJudged: [String] { HalfJudged.all(self).map(\.sentence) }
}
