import Foundation
import Pretext
import TestSupport
import Testing
import Torch
import TorchNN

@Suite struct NPIDTests {
  @Test func isWhatTheFormulaSaysForThreeImages() {
    let memory = Tensor.identity(3)
    let z = Tensor([0, 1, 0] as [Float], shape: [1, 3])
    let loss = instanceLoss(z, memory: memory, members: Tensor([1]), temperature: 0.5)
    #expect(abs(loss.scalar - (log(exp(2.0) + 2) - 2)) < 1e-6)
    let wrong = instanceLoss(z, memory: memory, members: Tensor([0]), temperature: 0.5)
    #expect(abs(wrong.scalar - log(exp(2.0) + 2)) < 1e-6)
  }
}
