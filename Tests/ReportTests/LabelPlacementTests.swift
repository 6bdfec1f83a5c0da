import Testing

@testable import Report

@Suite struct LabelPlacementTests {
  @Test(arguments: [
    // A block that is kept within bounds reaches the label before it, and both that before them.
    [70, 99, 99, 99, 99], [52, 70, 99, 99, 99, 99], [1, 1, 1, 24, 30], [50, 50, 50], [0, 100],
  ])
  func labelsAreApartAndWithinBounds(_ wanted: [Double]) {
    let placed = LabelPlacement.spread(wanted, spacing: 10, within: 0...100)
    #expect(placed.allSatisfy { (0...100).contains($0) })
    for (a, b) in zip(placed, placed.dropFirst()) { #expect(b - a > 9.999, "\(placed)") }
  }
}

@Suite struct ScaleTests {
  @Test(arguments: [
    [0.5, 0.93], [1, 1], [0, 0], [-0.3, -0.1], [-0.2, -0.2], [-0.5, 0.2], [0.9, 1.1],
    [-1e20, -1e20],
  ])
  func anAxisHoldsItsValues(_ values: [Double]) {
    let (domain, ticks) = Scale.rounded(over: values, within: 0...1, count: 5)
    #expect(values.allSatisfy(domain.contains))
    #expect(ticks.count > 1 && zip(ticks, ticks.dropFirst()).allSatisfy { $0 < $1 })
    let areShares = values.allSatisfy { (0...1).contains($0) }
    #expect(!areShares || domain.lowerBound >= 0 && domain.upperBound < 1.001)
  }
}
