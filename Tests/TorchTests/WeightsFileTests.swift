import Foundation
import TestSupport
import Testing
import Torch

@Suite("Weights files")
final class WeightsFileTests {
  private let folder: URL

  init() throws { folder = try Fixtures.temporaryFolder() }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// What `Benchmarks/python/sample_checkpoints.py` put into its files.
  private static func expected() -> [(name: String, tensor: Tensor)] {
    let values = Tensor.range(to: 6, dtype: .float32).reshaped(2, 3) * 0.25
    let whole = Tensor.range(to: 10, dtype: .float32)
    let images = Tensor.range(to: 24, dtype: .float32).reshaped(2, 3, 2, 2)
    return [
      ("float32", values), ("float64", values.to(.float64)), ("float16", values.to(.float16)),
      ("bfloat16", values.to(.bfloat16)), ("int64", Tensor([-1, 0, 1])),
      ("int32", Tensor([-1, 0, 1] as [Int32])), ("uint8", Tensor([0, 1, 2] as [UInt8])),
      ("bool", Tensor([true, false, true])), ("scalar", Tensor.full([], 7, dtype: .int64)),
      ("empty", Tensor.zeros([0, 5])), ("transposed", values.transposed()),
      ("every_second", whole.reshaped(5, 2).selected(0, along: 1)), ("channels_last", images),
      ("whole", whole), ("part", whole[4..<8].reshaped(2, 2)), ("parameter", values),
    ]
  }

  @Test(
    "a checkpoint of torch.save gives its state dict, bit by bit, and its notes",
    arguments: [SampleCheckpoints.zip, SampleCheckpoints.stream])
  func checkpoint(_ data: Data) throws {
    let url = folder.appending(path: "checkpoint.pth.tar")
    try data.write(to: url)
    let file = try WeightsFile.read(url)
    #expect(file.section == "state_dict")
    let expected = WeightsFileTests.expected()
    #expect(file.tensors.map(\.name) == expected.map { "module.\($0.name)" })
    for (read, (name, written)) in zip(file.tensors, expected) {
      #expect(read.tensor.dtype == written.dtype, "\(name)")
      #expect(read.tensor.shape == written.shape, "\(name)")
      #expect(read.tensor.bytes == written.bytes, "\(name)")
    }
    #expect(
      file.metadata == [
        "epoch": "3", "arch": "resnet18", "best_loss": "0.125", "dtype": "torch.float16",
        "seed": "\(1 << 40)", "args.lr": "0.5", "args.dist_url": "env://", "args.amp": "true",
      ])
  }

  @Test("the first bytes tell the format, whatever the file's name")
  func formats() throws {
    let url = folder.appending(path: "weights.pth")
    try SafeTensors([("a", .ones([2]))], metadata: ["k": "v"]).write(to: url)
    let file = try WeightsFile.read(url)
    #expect(file.tensors.map(\.name) == ["a"])
    #expect(file.metadata == ["k": "v"] && file.section == nil)

    for bytes in [Data(), Data("{".utf8), Data("<!DOCTYPE html>".utf8), Data(count: 100)] {
      let error = #expect(throws: TorchError.self) { try WeightsFile(data: bytes, name: "w.pth") }
      #expect(error?.description.contains("w.pth: is neither safetensors nor") == true)
    }
    let absent = folder.appending(path: "absent.pth")
    let error = #expect(throws: TorchError.self) { try WeightsFile.read(absent) }
    #expect(error?.description.contains(absent.path) == true)
  }

  private func read(_ root: PickleBytes.Bytes) throws -> WeightsFile {
    try WeightsFile(data: PickleBytes.file(root), name: "weights.pth")
  }

  @Test("weights are looked for in a fixed order of preference")
  func sections() throws {
    let weights = PickleBytes.dict(["a": PickleBytes.tensor()])
    #expect(try read(weights).section == nil)
    // A number at the top, such as an accuracy, is no state dict where there is a better one.
    for (kept, other) in [
      ("teacher", "student"), ("target_encoder", "encoder"), ("state_dict", "best_acc1"),
      ("model", "optimizer"), ("model_state_dict", "ema"),
    ] {
      let pickle = PickleBytes.dict([
        other: other == "best_acc1" ? PickleBytes.tensor([]) : weights, kept: weights,
      ])
      let file = try read(pickle)
      #expect(file.section == kept)
      #expect(file.tensors.map(\.name) == ["a"])
    }
    // A section without tensors is passed over: here 'model' is a name.
    let named = PickleBytes.dict(["model": PickleBytes.text("resnet18"), "student": weights])
    #expect(try read(named).section == "student")
    #expect(try read(named).metadata == ["model": "resnet18"])
  }

  @Test("a file without weights is refused with the keys that it has")
  func noWeights() throws {
    let pickle = PickleBytes.dict([
      "epoch": PickleBytes.int(1), "net": PickleBytes.dict(["a": PickleBytes.tensor()]),
    ])
    let error = #expect(throws: TorchError.self) { try self.read(pickle) }
    for part in ["weights.pth", "'epoch', 'net'", "teacher", "torch.save(model.state_dict()"] {
      #expect(error?.description.contains(part) == true, "\(part)")
    }
    for root in [PickleBytes.int(1), PickleBytes.tensor(), PickleBytes.list(), [0x4e]] {
      #expect(throws: TorchError.self) { try self.read(root) }
    }
    let twice = PickleBytes.dict(["a": PickleBytes.tensor(), "a": PickleBytes.tensor()])
    #expect(throws: TorchError.self) { try self.read(twice) }
  }

  @Test("a slice of data is read as a file of its own")
  func slice() throws {
    for data in [SampleCheckpoints.zip, SampleCheckpoints.stream] {
      let slice = (Data(count: 3) + data).dropFirst(3)
      #expect(try WeightsFile(data: slice, name: "slice").tensors.count == 16)
    }
  }

  @Test("a file that was cut short is refused wherever the cut is")
  func truncation() throws {
    for data in [SampleCheckpoints.zip, SampleCheckpoints.stream] {
      for count in 0..<data.count {
        #expect(throws: TorchError.self) {
          try WeightsFile(data: data.prefix(count), name: "\(count)")
        }
      }
    }
  }

  @Test("thousands of damaged files end in tensors or in an error")
  func fuzz() {
    let outcome = WeightsFuzzer().run(0..<20_000)
    #expect(outcome.cases == 20_000)
    // Both ends are reached: else the cases would show little.
    #expect(outcome.accepted > 200 && outcome.refused > 10_000)
  }
}
