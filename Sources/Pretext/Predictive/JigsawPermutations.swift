import Torch

/// Orders of the tiles of a puzzle that are as far apart as can be.
enum JigsawPermutations {
  /// `count` orders of `tiles` tiles, each the one of largest summed Hamming distance to those
  /// before (Noroozi and Favaro 2016, algorithm 1), the first as the tiles are. Of equally distant
  /// orders, which there are many of, the first is taken in an enumeration that differs from order
  /// to order and is the same in every run.
  ///
  /// An order's summed distance is n · tiles − Σ (how often its tile t was at place p before), so
  /// that a table of those counts stands in for the list of all orders.
  static func make(_ count: Int, tiles: Int = 9) -> [[Int]] {
    let random = RandomStream(seed: 0, "jigsaw permutations")
    var uses = Array(repeating: Array(repeating: 0, count: tiles), count: tiles)
    var orders: [[Int]] = []
    var known: Set<[Int]> = []
    while orders.count < count {
      let search = Search(
        uses: uses, turn: orders.isEmpty ? Array(0..<tiles) : random.permutation(tiles).ints,
        known: known)
      guard let order = search.farthest() else { break }
      for (place, tile) in order.enumerated() { uses[place][tile] += 1 }
      orders.append(order)
      known.insert(order)
    }
    return orders
  }

  /// A search for the order that agrees least often with those before.
  private struct Search {
    /// How often each tile was at each place.
    var uses: [[Int]]
    /// The order in which tiles are tried at each place.
    var turn: [Int]
    var known: Set<[Int]>

    /// The best order that is not known; `nil` if all are.
    func farthest() -> [Int]? {
      let tiles = uses.count
      // The least sum of uses that tiles not yet placed can add, by the set of those placed.
      var least = Array(repeating: 0, count: 1 << tiles)
      for placed in stride(from: (1 << tiles) - 2, through: 0, by: -1) {
        let row = uses[placed.nonzeroBitCount]
        least[placed] =
          (0..<tiles).filter { placed & 1 << $0 == 0 }
          .map { row[$0] + least[placed | 1 << $0] }.min() ?? 0
      }
      let most = uses.map { $0.max() ?? 0 }.reduce(0, +)
      for sum in least[0]...max(least[0], most) {
        if let order = find([], placed: 0, sum: sum, least) { return order }
      }
      return nil
    }

    /// The first unknown order that begins with `start` and whose uses add `sum` more.
    private func find(_ start: [Int], placed: Int, sum: Int, _ least: [Int]) -> [Int]? {
      if start.count == uses.count { return sum == 0 && !known.contains(start) ? start : nil }
      for tile in turn where placed & 1 << tile == 0 {
        let rest = sum - uses[start.count][tile]
        guard rest >= least[placed | 1 << tile] else { continue }
        if let order = find(start + [tile], placed: placed | 1 << tile, sum: rest, least) {
          return order
        }
      }
      return nil
    }
  }
}
