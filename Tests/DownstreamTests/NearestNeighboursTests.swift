import Testing
import Torch

@testable import Downstream

@Test("The shortlist search finds what sorting everything finds", arguments: [1, 5, 50])
func searchIsExact(_ k: Int) {
  // 3,001 rows: 187 sets of 16, and a rest of 9.
  let stream = RandomStream(seed: 3)
  let bank = stream.normal([3001, 8])
  let queries = stream.normal([37, 8])
  let (expected, rows) = queries.normalized().linear(bank.normalized()).top(k)
  var similarities: [Float] = []
  var indices: [Int] = []
  NearestNeighbours(bank).search(queries, k: k) {
    similarities += $0
    indices += $1
  }
  #expect(zip(similarities, expected.floats).allSatisfy { abs($0 - $1) < 1e-6 })
  #expect(indices == rows.ints)
}

@Test func nearestRowsComeFirstEvenAtTheEnd() {
  // The nearest are the very last rows, which no set holds.
  let bank = concatenated([Tensor.full([1605, 2], -1), Tensor.ones([3, 2])])
  NearestNeighbours(bank).search(Tensor.ones([1, 2]), k: 3) { similarities, indices in
    #expect(indices.sorted() == [1605, 1606, 1607])
    #expect(similarities.allSatisfy { abs($0 - 1) < 1e-6 })
  }
}

@Test("A bf16 shortlist changes nothing, be the bank spread out or crowded", arguments: [1, 0.02])
func shortlistedSearchIsExact(_ spread: Double) {
  let stream = RandomStream(seed: 4)
  // Crowded rows differ by less than bf16 resolves: every query must be searched anew.
  let bank = stream.normal([9000, 16], deviation: spread) + 1
  let queries = stream.normal([50, 16], deviation: spread) + 1
  let (expected, rows) = queries.normalized().linear(bank.normalized()).top(10)
  var similarities: [Float] = []
  var indices: [Int] = []
  NearestNeighbours(bank, shortlisted: true).search(queries, k: 10) {
    similarities += $0
    indices += $1
  }
  #expect(zip(similarities, expected.floats).allSatisfy { abs($0 - $1) < 1e-6 })
  // Equal to the last digit, two rows may change places.
  let agreeing = zip(indices, rows.ints).count { $0 == $1 }
  #expect(Double(agreeing) >= 0.98 * Double(indices.count))
}
