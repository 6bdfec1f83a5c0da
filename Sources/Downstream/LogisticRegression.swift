package import Torch

/// Logistic regression over a path of ridge penalties.
package struct LogisticRegression {
  private let frame: PrincipalFrame
  private let present: [Int]
  private let objective: LogisticObjective

  /// Prepares the multinomial fit of `data`. Classes without an image are left out.
  package init(_ data: LabelledFeatures, weighting: LinearProbe.ClassWeighting = .none) {
    let (frame, points) = PrincipalFrame.of(data.features)
    self.frame = frame
    present = Set(data.labels).sorted()
    let columns = Dictionary(uniqueKeysWithValues: zip(present, present.indices))
    objective = LogisticObjective(
      points: points, energies: frame.energies, labels: data.labels.map { columns[$0] ?? 0 },
      classes: present.count, balanced: weighting == .balanced)
  }

  /// Prepares the fit of soft targets.
  /// - Parameters:
  ///   - features: `float32` `[N, D]`.
  ///   - targets: `[N, K]`: shares of classes, which sum to 1, or tags, 0 to 1 each.
  ///   - areTags: whether classes are tags, each predicted apart from the others.
  ///   - weights: of each row, `[N]`; `nil` for equal ones.
  ///   - classes: the class of each of the K columns.
  init(
    _ features: Tensor, targets: Tensor, areTags: Bool, weights: Tensor? = nil, classes: [Int]
  ) {
    let (frame, points) = PrincipalFrame.of(features)
    self.frame = frame
    present = classes
    objective = LogisticObjective(
      points: points, energies: frame.energies, targets: targets, areTags: areTags,
      weights: weights)
  }

  /// The solution for each of `penalties`, each started from the last; give the strongest first.
  /// Where `shouldStop` asks to stop, what is left is not solved.
  package func path(
    _ penalties: [Double], tolerance: Double, iterations: Int,
    shouldStop: () -> Bool = { false }
  ) -> [LogisticFit] {
    withoutGradient {
      var start = objective.origin
      return penalties.map { penalty in
        let minimum = LBFGS(tolerance: tolerance, iterations: iterations).minimise(
          from: start, diagonal: objective.inverseCurvature(penalty), shouldStop: shouldStop
        ) { objective.valueAndGradient($0, penalty: penalty) }
        start = minimum.point
        return fit(minimum)
      }
    }
  }

  /// Turns a solution back from the principal basis and standardised features to raw features.
  private func fit(_ minimum: LBFGS.Minimum) -> LogisticFit {
    let rank = minimum.point.size(1) - 1
    let (standardised, weights, bias) = frame.raw(
      minimum.point.sliced(0..<rank, along: 1), bias: minimum.point.selected(rank, along: 1))
    return LogisticFit(
      classifier: LinearClassifier(weights: weights, bias: bias, present: present),
      standardisedWeights: standardised, loss: minimum.value, iterations: minimum.iterations,
      converged: minimum.converged)
  }
}

/// Where the optimisation ended.
package struct LogisticFit {
  /// What was fitted.
  package let classifier: LinearClassifier
  /// The weights on standardised features, `float64` `[D, K]`.
  package let standardisedWeights: Tensor
  /// The penalised loss reached.
  package let loss: Double
  /// The steps taken.
  package let iterations: Int
  /// Whether the tolerance was reached.
  package let converged: Bool
}
