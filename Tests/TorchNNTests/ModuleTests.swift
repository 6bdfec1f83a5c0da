import Testing
import Torch
import TorchNN

private func random() -> RandomStream { RandomStream(seed: 1) }

private class Base: Module {
  let early = Linear(2, 2, bias: false, random: random())
}

private final class Derived: Base {
  let firstLayer = Linear(2, 3, random: random())
  let queue = Buffer(.zeros([4]))
  let scale = Parameter(.ones([2]))
  let stages = [Sequential([ReLU(), BatchNorm(2)]), Sequential([Linear(1, 1, random: random())])]
  let prompts = [Parameter(.zeros([1])), Parameter(.zeros([2]))]
  let present: BatchNorm? = BatchNorm(1, affine: false)
  let absent: BatchNorm? = nil
  let teacher: Unowned<Linear>
  var renamed = Buffer(.zeros([]))
  let note = "not state"
  let sizes = [1, 2, 3]
  lazy var late = Linear(1, 1, random: random())

  init(teacher: Linear) { self.teacher = Unowned(teacher) }

  override var stateNames: [String: String] { ["renamed": "other_name"] }
}

private final class HidingDictionary: Module { let heads = ["a": ReLU()] }
private final class HidingTensor: Module { let centre = Tensor.zeros([2]) }
private final class HidingPair: Module { let pair = (1, Parameter(.zeros([1]))) }
private final class HidingNest: Module { let nest = [[ReLU()]] }

@Suite("Modules")
struct ModuleTests {
  private let module = Derived(teacher: Linear(2, 2, random: RandomStream(seed: 2)))

  @Test("the state has PyTorch's names and order: own parameters, own buffers, then what is inside")
  func names() {
    #expect(
      module.state.map(\.name) == [
        "scale", "prompts.0", "prompts.1", "queue", "other_name", "early.weight",
        "first_layer.weight", "first_layer.bias", "stages.0.1.weight", "stages.0.1.bias",
        "stages.0.1.running_mean", "stages.0.1.running_var", "stages.0.1.num_batches_tracked",
        "stages.1.0.weight", "stages.1.0.bias", "present.running_mean", "present.running_var",
        "present.num_batches_tracked",
      ])
    #expect(
      module.buffers.map(\.name) == [
        "queue", "stages.0.1.running_mean", "stages.0.1.running_var",
        "stages.0.1.num_batches_tracked", "present.running_mean", "present.running_var",
        "present.num_batches_tracked", "other_name",
      ])
    #expect(module.parameters.count == 10)
    #expect(
      module.children.map(\.name) == ["early", "first_layer", "stages.0", "stages.1", "present"])
  }

  @Test("a lazy layer counts from its first use on")
  func lazyLayer() {
    let before = module.state.count
    #expect(module.late.parameters.count == 2)
    #expect(module.state.count == before + 2)
    #expect(module.state.contains { $0.name == "late.weight" })
  }

  @Test("state that reflection cannot name traps rather than vanish")
  func hiding() async {
    await #expect(processExitsWith: .failure) { _ = HidingDictionary().state }
    await #expect(processExitsWith: .failure) { _ = HidingTensor().state }
    await #expect(processExitsWith: .failure) { _ = HidingPair().state }
    await #expect(processExitsWith: .failure) { _ = HidingNest().state }
  }

  @Test("train and use reach every module inside, but not one that is only referred to")
  func training() {
    module.train(false)
    #expect(!module.isTraining && !module.early.isTraining)
    #expect(!module.stages[0].children[1].module.isTraining)
    #expect(module.present?.isTraining == false)
    #expect(module.teacher.module.isTraining)
    module.train()
    #expect(module.stages[0].children[1].module.isTraining)
  }

  @Test("freezing stops gradients and can be undone")
  func freezing() {
    module.freeze()
    #expect(module.parameters.allSatisfy { !$0.parameter.value.requiresGradient })
    #expect(Optimizer(.sgd(weightDecay: 0), module.parameters).state.isEmpty)
    module.freeze(false)
    #expect(module.parameters.allSatisfy { $0.parameter.value.requiresGradient })
  }

  @Test("loading copies every tensor and keeps the parameters trainable")
  func loading() throws {
    var tensors: [String: Tensor] = [:]
    for (index, entry) in module.state.enumerated() {
      tensors[entry.name] = Tensor.full(entry.tensor.shape, Double(index))
    }
    try module.load(tensors)
    for (index, entry) in module.state.enumerated() {
      #expect(entry.tensor.array(of: Int.self).allSatisfy { $0 == index })
    }
    #expect(module.scale.value.requiresGradient)
    #expect(module.stages[0].buffers[2].buffer.value.dtype == .int64)
  }

  @Test("weights that do not fit change nothing, and the error names each one")
  func misfit() throws {
    var tensors = Dictionary(
      uniqueKeysWithValues: module.state.map { ($0.name, $0.tensor * 0 + 9) })
    tensors["scale"] = nil
    tensors["early.weight"] = .zeros([2, 3])
    tensors["fc.weight"] = .zeros([1])
    tensors["extra"] = .zeros([1])
    let error = #expect(throws: WeightsError.self) { try module.load(tensors) }
    #expect(
      error
        == .mismatch([
          "scale is missing", "early.weight is [2, 3], expected [2, 2]",
          "extra is not known here", "fc.weight is not known here",
        ]))
    #expect(module.queue.value.floats == [0, 0, 0, 0])
    let many = #expect(throws: WeightsError.self) { try module.load([:]) }
    #expect(many?.description.contains("and 8 more") == true)
  }

  @Test("channels-last and moves keep values, and whether a parameter trains")
  func layout() {
    let convolution = Conv2d(3, 4, kernel: 3, random: RandomStream(seed: 1))
    let before = convolution.state[0].tensor.floats
    convolution.freeze()
    convolution.useChannelsLast()
    convolution.move(to: .cpu)
    #expect(convolution.state[0].tensor.isChannelsLast)
    #expect(convolution.state[0].tensor.floats == before)
    #expect(!convolution.state[0].tensor.requiresGradient)
  }
}
