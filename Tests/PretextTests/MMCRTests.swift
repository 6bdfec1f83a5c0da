import Pretext
import TestSupport
import Testing
import Torch

@Suite struct MMCRTests {
  @Test func isTheNuclearNormOfTheMeanUnitEmbeddings() {
    // Two images whose views agree, at right angles: singular values 1 and 1.
    let apart = stacked([Tensor.identity(2) * 3, Tensor.identity(2)])
    #expect(isClose(mmcrLoss(apart), .full([], -2)))
    // Two images in one place: one singular value of √2.
    let together = Tensor.ones([2, 2, 2])
    #expect(isClose(mmcrLoss(together), .full([], -(2.0).squareRoot())))
    // One image whose two views are at right angles: a mean of length √½; its own singular values
    // are 1 and 1.
    let torn = Tensor([1, 0, 0, 1] as [Float], shape: [2, 1, 2])
    #expect(isClose(mmcrLoss(torn), .full([], -(0.5).squareRoot())))
    #expect(isClose(mmcrLoss(torn, compression: 1), .full([], 2 - (0.5).squareRoot())))
  }

  @Test func doesNotDependOnOrderOrRotation() {
    let random = RandomStream(seed: 1)
    let z = random.normal([3, 6, 4])
    let loss = mmcrLoss(z, compression: 0.1)
    #expect(isClose(mmcrLoss(z.flipped(0, 1), compression: 0.1), loss))
    let rotation = (z[0].transposed().matmul(z[0])).symmetricEigen().vectors
    #expect(isClose(mmcrLoss(z.matmul(rotation), compression: 0.1), loss))
  }

  @Test func itsGradientsAreFiniteWhereEmbeddingsCoincide() {
    let z = Tensor.ones([2, 5, 3]).requiringGradient()
    mmcrLoss(z).backward()
    #expect(z.gradient?.isFinite().to(.float32).min().scalar == 1)
  }
}
