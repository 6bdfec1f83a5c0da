import Augment
import Backbones
import TorchNN
import TestSupport
import Testing
import Torch

@testable import Pretext

/// The parts of relative location and Jigsaw.
@Suite struct PuzzleTests {
  @Test(arguments: [
    (32, nil as Int?, 7), (64, nil, 15), (255, nil, 64), (32, 4, 8), (224, 16, 48), (16, 8, 8),
  ])
  func tilesFitTheirCellsAndThePatch(imageSize: Int, patch: Int?, size: Int) {
    let grid = TileGrid(imageSize: imageSize, patch: patch)
    #expect(grid.size == size)
    let images = RandomStream(seed: 1).normal([2, 3, imageSize, imageSize])
    let tiles = grid.tiles(of: images, random: RandomStream(seed: 2))
    #expect(tiles.shape == [18, 3, size, size])
  }

  @Test func everyTileIsCutFromItsCell() {
    // Every pixel says which of nine cells of 10 pixels it is in.
    let places = Tensor.range(to: 30, dtype: .float32)
    let cells = (places / 10).floor()
    let image = (cells.unsqueezed(1) * 3 + cells.unsqueezed(0)).reshaped(1, 1, 30, 30)
    let images = concatenated([image, image + 9])
    let tiles = TileGrid(imageSize: 30, patch: nil).tiles(of: images, random: RandomStream(seed: 1))
    #expect(tiles.size(2) == 7)
    let expected = (0..<9).flatMap { [Float($0), Float($0 + 9)] }
    #expect(tiles.min(over: 1, 2, 3).floats == expected)
    #expect(tiles.max(over: 1, 2, 3).floats == expected)
  }

  @Test func cropsAreExact() {
    let images = RandomStream(seed: 1).normal([2, 3, 6, 6])
    let crops = images.cropped(top: Tensor([1, 3]), left: Tensor([2, 0]), size: 3)
    #expect(isClose(crops[0], images[0].sliced(1..<4, along: 1).sliced(2..<5, along: 2)))
    #expect(isClose(crops[1], images[1].sliced(3..<6, along: 1).sliced(0..<3, along: 2)))
  }

  @Test func theMiddleTileMeetsEachOther() {
    let tiles = (0..<9).map { Tensor.full([2, 1], Double($0)) }
    let (pairs, sides) = tilePairs(tiles)
    #expect(pairs.shape == [16, 2])
    #expect(pairs.selected(0, along: 1).floats == Array(repeating: 4, count: 16))
    let others: [Float] = [0, 0, 1, 1, 2, 2, 3, 3, 5, 5, 6, 6, 7, 7, 8, 8]
    #expect(pairs.selected(1, along: 1).floats == others)
    #expect(sides.ints == [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7])
  }

  @Test func permutationsAreFarApartAndTheSameEachTime() {
    let orders = JigsawPermutations.make(100)
    #expect(orders == JigsawPermutations.make(100))
    #expect(orders[0] == Array(0..<9) && Set(orders).count == 100)
    #expect(orders.allSatisfy { $0.sorted() == Array(0..<9) })
    func distance(_ a: [Int], _ b: [Int]) -> Int { zip(a, b).count { $0 != $1 } }
    // The first nine agree nowhere; on average, 8 of 9 tiles of random orders differ.
    for (index, order) in orders.prefix(9).enumerated() {
      #expect(orders.prefix(index).allSatisfy { distance($0, order) == 9 })
    }
    let distances = orders.indices.flatMap { i in (0..<i).map { distance(orders[i], orders[$0]) } }
    #expect(Double(distances.reduce(0, +)) / Double(distances.count) > 8)
  }

  @Test func allOrdersOfThreeTilesAreFound() {
    #expect(Set(JigsawPermutations.make(6, tiles: 3)).count == 6)
    #expect(JigsawPermutations.make(9, tiles: 3).count == 6)
  }

  @Test func standardisedTilesHaveNoBrightness() {
    let tiles = standardisedTiles(RandomStream(seed: 1).normal([4, 3, 5, 5]) * 7 + 3)
    #expect(isClose(tiles.mean(over: 1, 2, 3), .zeros([4])))
    #expect(
      isClose(tiles.variance(over: 1, 2, 3, correction: 0), .ones([4]), tolerance: 1e-3))
  }
}
