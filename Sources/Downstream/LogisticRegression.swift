package import Torch

/// Multinomial logistic regression over a path of ridge penalties, for ``LinearProbe``.
package struct LogisticRegression {
  /// Up to this many elements, features are fitted in double precision: it costs milliseconds.
  private static let doublePrecisionUpTo = 2 << 20

  private let standardisation: Standardisation
  private let basis: PrincipalBasis
  private let present: [Int]
  private let objective: SoftmaxObjective

  /// Prepares the fit of `data`. Classes without an image are left out.
  package init(_ data: LabelledFeatures, weighting: LinearProbe.ClassWeighting = .none) {
    let features = data.features
    let isSmall = features.count <= LogisticRegression.doublePrecisionUpTo
    let dtype: DType = isSmall && features.device.kind != "mps" ? .float64 : .float32
    standardisation = Standardisation(features)
    let points = standardisation(features, as: dtype)
    basis = PrincipalBasis(points)
    present = Set(data.labels).sorted()
    let columns = Dictionary(uniqueKeysWithValues: zip(present, present.indices))
    objective = SoftmaxObjective(
      points: points.matmul(basis.directions), energies: basis.energies,
      labels: data.labels.map { columns[$0] ?? 0 }, classes: present.count,
      balanced: weighting == .balanced)
  }

  /// The solution for each of `penalties`, each started from the last; give the strongest first.
  package func path(
    _ penalties: [Double], tolerance: Double, iterations: Int
  ) -> [LogisticFit] {
    withoutGradient {
      var start = objective.origin
      return penalties.map { penalty in
        let minimum = LBFGS(tolerance: tolerance, iterations: iterations).minimise(
          from: start, diagonal: objective.inverseCurvature(penalty)
        ) { objective.valueAndGradient($0, penalty: penalty) }
        start = minimum.point
        return fit(minimum)
      }
    }
  }

  /// Turns a solution back from the principal basis and standardised features to raw features.
  private func fit(_ minimum: LBFGS.Minimum) -> LogisticFit {
    let rank = minimum.point.size(1) - 1
    let unknowns = minimum.point.sliced(0..<rank, along: 1)
    let standardised = basis.directions.matmul(unknowns.transposed()).to(.float64)
    let weights = standardised * standardisation.scale.unsqueezed(1)
    let shift = standardisation.mean.unsqueezed(0).matmul(weights).squeezed(0)
    return LogisticFit(
      classifier: LinearClassifier(
        weights: weights, bias: minimum.point.selected(rank, along: 1).to(.float64) - shift,
        present: present),
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
