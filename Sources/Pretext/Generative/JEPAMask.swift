import Torch

/// I-JEPA's context and targets (Assran et al. 2023, section 3): rectangles to be predicted, and a
/// large square without them to predict from. Sizes are drawn once for a batch, places for each
/// image.
struct JEPAMask {
  /// Patches that the encoder sees, `int64` `[N, K]`.
  let context: Tensor
  /// Patches of each target, `int64` `[N, targets, M]`.
  let targets: Tensor

  /// Draws for `count` images of `side` × `side` patches.
  /// - Parameter targets: rectangles an image.
  init(count: Int, side: Int, targets: Int, random: RandomStream, device: Device) {
    var draws = UniformDraws(random)
    let target = Self.size(of: 0.15...0.2, proportions: 0.75...1.5, side, &draws)
    let square = Self.size(of: 0.85...1, proportions: 1...1, side, &draws)
    // As many patches as the authors ask for, of grids as large as theirs.
    let least = max(1, min(10, side * side / 20))
    var contexts: [[Int]] = []
    var targetRows: [Int] = []
    for _ in 0..<count {
      let blocks = (0..<targets).map { _ in Self.block(target, side, &draws) }
      targetRows += blocks.flatMap { $0 }
      contexts.append(Self.context(square, without: blocks, atLeast: least, side, &draws))
    }
    // A batch is a rectangle: every context is as long as the shortest, as in the authors' code.
    let length = contexts.map(\.count).min() ?? 0
    context = Tensor(contexts.flatMap { $0.prefix(length) }, shape: [count, length]).to(device)
    self.targets = Tensor(
      targetRows, shape: [count, targets, target.height * target.width]
    ).to(device)
  }

  /// A square without the targets' patches; where too little is left of it in twenty places, one
  /// target after the other may overlap it.
  private static func context(
    _ square: (height: Int, width: Int), without blocks: [[Int]], atLeast least: Int, _ side: Int,
    _ draws: inout UniformDraws
  ) -> [Int] {
    for kept in stride(from: blocks.count, to: 0, by: -1) {
      let hidden = Set(blocks.prefix(kept).flatMap { $0 })
      for _ in 0..<20 {
        let rest = block(square, side, &draws).filter { !hidden.contains($0) }
        if rest.count >= least { return rest }
      }
    }
    return block(square, side, &draws)
  }

  /// Height and width of a rectangle whose area is a share of the grid.
  private static func size(
    of scale: ClosedRange<Double>, proportions: ClosedRange<Double>, _ side: Int,
    _ draws: inout UniformDraws
  ) -> (height: Int, width: Int) {
    let share = draws.number(from: scale.lowerBound, to: scale.upperBound)
    let proportion = draws.number(from: proportions.lowerBound, to: proportions.upperBound)
    let area = Double(Int(Double(side * side) * share))
    func length(_ exact: Double) -> Int { max(1, min(side, Int(exact.rounded()))) }
    return (
      length((area * proportion).squareRoot()), length((area / proportion).squareRoot())
    )
  }

  /// The patches of a rectangle at a random place, row by row.
  private static func block(
    _ size: (height: Int, width: Int), _ side: Int, _ draws: inout UniformDraws
  ) -> [Int] {
    let top = draws.whole(below: side - size.height + 1)
    let left = draws.whole(below: side - size.width + 1)
    return (0..<size.height * size.width).map {
      (top + $0 / size.width) * side + left + $0 % size.width
    }
  }
}
