import Foundation
import Testing
import Torch

@Suite("Mistakes")
struct TrapTests {
  @Test("operands that do not fit trap with the operation and libtorch's sentence")
  func shapes() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Tensor.zeros([2, 3]).matmul(Tensor.zeros([4, 5]))
    }
    let message = String(decoding: result?.standardErrorContent ?? [], as: UTF8.self)
    #expect(message.contains("matmul"))
    #expect(message.contains("mat1 and mat2 shapes cannot be multiplied (2x3 and 4x5)"))
  }

  @Test("elements that do not fill a shape trap")
  func elements() async {
    await #expect(processExitsWith: .failure) { _ = Tensor([1.0, 2], shape: [3]) }
    await #expect(processExitsWith: .failure) { _ = Tensor.zeros([2]).scalar }
    await #expect(processExitsWith: .failure) { _ = Tensor.zeros([5]).split(2) }
  }

  @Test("numbers beyond integers compare as numbers")
  func extremes() {
    let x = Tensor([Float.infinity, -Float.infinity, Float.nan, 1e20])
    #expect((x .== Double.infinity).array(of: Bool.self) == [true, false, false, false])
    #expect((x .> 1e19).array(of: Bool.self) == [true, false, false, true])
    #expect((x * Double.nan).isFinite().array(of: Bool.self) == [false, false, false, false])
    #expect((Tensor([1, 2]) + 1).dtype == .int64)
  }
}

@Suite("Devices")
struct DeviceTests {
  @Test("names are read and written alike")
  func names() throws {
    #expect(try Device("cpu") == .cpu)
    #expect(try Device("auto") == .best)
    #expect(try Device(Device.best.description) == .best)
    #expect(Device.cuda(1).description == "cuda:1")
    #expect(Device.cuda(1).kind == "cuda")
  }

  @Test(
    "an unknown name is refused with those that are allowed",
    arguments: ["", "gpu", "CPU", "cpu:0", "cuda:", "cuda:x", "cuda:-1", "cuda:1:2", "auto:0"])
  func unknown(_ name: String) {
    #expect(
      throws: TorchError.device("'\(name)' is not a device; use auto, cpu, cuda, cuda:N or mps")
    ) {
      try Device(name)
    }
  }

  @Test("a GPU that is not there is refused with what to do")
  func absent() {
    let error = #expect(throws: TorchError.self) { try Device("cuda:4096") }
    #expect(error?.description.contains("--device cpu") == true)
  }
}
