import TestSupport
import Testing
import Torch

private struct Refusal: Error {}

@Suite("Modes of a thread")
struct ModeTests {
  private let x = RandomStream(seed: 1).normal([32, 48])
  private let y = RandomStream(seed: 2).normal([48, 16])

  @Test("withoutGradient records nothing, nests, and ends with its body even if that throws")
  func withoutGradientEnds() {
    let leaf = Tensor([1.0]).requiringGradient()
    #expect(throws: Refusal.self) {
      try withoutGradient {
        withoutGradient {}
        #expect(!(leaf * 2).requiresGradient)
        throw Refusal()
      }
    }
    #expect((leaf * 2).requiresGradient)
  }

  @Test("autocast multiplies in bf16, nests, and ends with its body even if that throws")
  func autocastEnds() {
    #expect(throws: Refusal.self) {
      try withAutocast(.bfloat16, on: .cpu) {
        withAutocast(.float16, on: .cpu) { #expect(x.matmul(y).dtype == .float16) }
        #expect(x.matmul(y).dtype == .bfloat16)
        withAutocast(nil, on: .cpu) { #expect(x.matmul(y).dtype == .bfloat16) }
        withAutocast(.float32, on: .cpu) { #expect(x.matmul(y).dtype == .bfloat16) }
        withoutAutocast(on: .cpu) { #expect(x.matmul(y).dtype == .float32) }
        #expect(x.matmul(y).dtype == .bfloat16)
        throw Refusal()
      }
    }
    #expect(x.matmul(y).dtype == .float32)
  }

  @Test("bf16 products are within bf16's precision, and gradients stay in the parameter's type")
  func autocastIsClose() {
    let weight = y.copy().requiringGradient()
    let product = withAutocast(.bfloat16, on: .cpu) { x.matmul(weight) }
    #expect(isClose(product, x.matmul(y), tolerance: 1.0 / 128, relative: true))
    product.to(.float32).sum().backward()
    let expected = x.sum(over: 0).unsqueezed(1).expanded(48, 16)
    #expect(weight.gradient?.dtype == .float32)
    #expect(weight.gradient.map { isClose($0, expected, tolerance: 0.02, relative: true) } == true)
  }

  @Test("a weight first used without gradients in autocast still gets its gradient afterwards")
  func autocastCache() {
    let weight = y.copy().requiringGradient()
    let product = withAutocast(.bfloat16, on: .cpu) {
      _ = withoutGradient { x.matmul(weight) }
      return x.matmul(weight)
    }
    #expect(product.requiresGradient)
  }

  @Test("updates of lists leave no graph on what they update")
  func listsRecordNothing() {
    let student = [Tensor([1.0, 2]).requiringGradient()]
    let teacher = [Tensor([0.0, 0])]
    TensorList.lerp(teacher, to: student, weight: 0.5)
    TensorList.add(student, to: teacher, alpha: 1)
    TensorList.scale(student, by: 2)
    #expect(!teacher[0].requiresGradient)
    #expect(teacher[0].array(of: Double.self) == [1.5, 3])
    #expect(student[0].array(of: Double.self) == [2, 4])
    #expect(!TensorList.norms(student).requiresGradient)
  }
}
