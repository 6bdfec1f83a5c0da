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
