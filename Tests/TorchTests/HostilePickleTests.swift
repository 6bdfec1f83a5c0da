import Foundation
import TestSupport
import Testing
import Torch

private typealias Bytes = PickleBytes.Bytes

private func read(_ root: Bytes, storage: Data = Data(0..<16)) throws -> WeightsFile {
  try WeightsFile(data: PickleBytes.file(root, storage: storage), name: "weights.pth")
}

/// A state dict with `value` beside its one tensor.
private func beside(_ value: Bytes) -> Bytes {
  PickleBytes.dict(["a": PickleBytes.tensor(), "b": value])
}

private func only(_ tensor: Bytes) -> Bytes { PickleBytes.dict(["a": tensor]) }

private let ordered = PickleBytes.global("collections", "OrderedDict")
private let namespace = PickleBytes.global("argparse", "Namespace")
private func ascii(_ text: String) -> Bytes { Array(text.utf8) }

@Suite("Hostile pickles")
struct HostilePickleTests {
  @Test(
    "a pickle that would run code is refused with the name of what it calls",
    arguments: [
      ("os", "system"), ("posix", "system"), ("builtins", "eval"), ("__builtin__", "getattr"),
      ("torch", "load"), ("torch._utils", "_rebuild_sparse_tensor"), ("torch.nn", "Linear"),
      ("collections", "defaultdict"), ("torch.serialization", "FloatStorage"),
    ])
  func calls(_ module: String, _ name: String) throws {
    let short = PickleBytes.text(module) + PickleBytes.text(name) + [0x93]
    for global in [PickleBytes.global(module, name), short] {
      let call = PickleBytes.call(global, PickleBytes.text("touch /tmp/owned"))
      let error = #expect(throws: TorchError.self) {
        try read(beside(call))
      }
      for part in ["weights.pth", "\(module).\(name)", "torch.save(checkpoint['state_dict']"] {
        #expect(error?.description.contains(part) == true, "\(part)")
      }
    }
  }

  /// Pickles that do not hold together.
  private static let broken: [String: Bytes] = [
    "nothing": [], "a mark": ascii("("), "an empty stack": ascii("a"),
    "append to none": ascii("NNa"),
    "append to a tuple": ascii(")Na"), "odd items": ascii("}(Nu"),
    "items below the mark": ascii("}(NsuN"),
    "a mark that was passed": ascii("NN(a"), "a tuple of too few": ascii("N") + [0x87],
    "an unknown memo": ascii("h") + [9], "memo of nothing": ascii("q") + [0],
    "call of a number": ascii("K") + [1] + ascii(")R"),
    "call without a tuple": ordered + ascii("NR"),
    "a class as value": ordered, "a storage as value": ascii("NQ"),
    "a line without end": ascii("cos"),
    "text beyond the end": ascii("X") + PickleBytes.little(UInt32.max),
    "text of 2^63 bytes": [0x8d] + PickleBytes.little(UInt64(1) << 63),
    "text of negative length": ascii("T") + PickleBytes.little(Int32(-1)),
    "an integer of 200 bytes": [0x8a, 200] + Bytes(repeating: 1, count: 200),
    "an integer of negative length": [0x8b] + PickleBytes.little(Int32.min),
    "attributes of a list": ascii("]}b"),
    "attributes of a tensor": PickleBytes.tensor() + ascii("}b"),
    "a namespace with arguments": PickleBytes.call(namespace, ascii("N")),
    "a namespace filled twice": namespace + ascii(")") + [0x81] + ascii("}b}b"),
    "a namespace with a list": namespace + ascii(")") + [0x81] + ascii("]b"),
    "pairs that are none": PickleBytes.call(
      ordered, PickleBytes.list(PickleBytes.tuple([ascii("N")]))),
    "a parameter of no tensor": PickleBytes.call(
      PickleBytes.global("torch._utils", "_rebuild_parameter"), ascii("N")),
    "a numpy object": PickleBytes.call(
      PickleBytes.global("numpy.core.multiarray", "scalar"),
      PickleBytes.call(PickleBytes.global("numpy", "dtype"), PickleBytes.text("O8")),
      PickleBytes.text("12345678")),
    "two values": ascii("NN"),
    // Protocol 0's text opcodes, extensions and instances are not needed.
    "protocol 0": ascii("I1\n"), "an extension": [0x82, 1], "an instance": ascii("(i__main__\nA\n"),
  ]

  @Test("a pickle that does not hold together is refused", arguments: broken.keys.sorted())
  func malformed(_ what: String) throws {
    let value = try #require(HostilePickleTests.broken[what])
    #expect(throws: TorchError.self) {
      try read(beside(value))
    }
    #expect(throws: TorchError.self) { try read(value) }
  }

  /// Tensors that do not fit the 4 numbers of their storage.
  /// Tensors that do not fit the 4 numbers of their storage, and what the message says.
  private static let windows: [String: (tensor: Bytes, message: String)] = [
    "larger than its storage": (PickleBytes.tensor([5]), "does not fit its storage"),
    "stride 0 to a huge shape": (
      PickleBytes.tensor([1 << 40], strides: [0]), "does not fit its storage"
    ),
    "stride 0 to more than the storage": (
      PickleBytes.tensor([5], strides: [0]), "does not fit its storage"
    ),
    "2^62 times 4 elements": (
      PickleBytes.tensor([1 << 62, 4], strides: [0, 0]), "does not fit its storage"
    ),
    "2^63 - 1 elements": (PickleBytes.tensor([.max], strides: [0]), "does not fit its storage"),
    "a negative size": (PickleBytes.tensor([-2], strides: [1]), "does not fit its storage"),
    "two negative sizes": (
      PickleBytes.tensor([-2, -2], strides: [1, 1]), "does not fit its storage"
    ),
    "an overflow behind a zero": (
      PickleBytes.tensor([0, 1 << 62, 4], strides: [1, 1, 1]), "does not fit its storage"
    ),
    "a negative offset": (PickleBytes.tensor([2], offset: -1), "leave its storage"),
    "an offset at the end": (PickleBytes.tensor([1], offset: 4), "leave its storage"),
    "a window over the end": (PickleBytes.tensor([2], offset: 3), "leave its storage"),
    "the largest offset": (PickleBytes.tensor([2], offset: .max), "leave its storage"),
    "a scalar behind the end": (PickleBytes.tensor([], offset: 4), "leave its storage"),
    "a negative stride": (PickleBytes.tensor([2], strides: [-1], offset: 3), "leave its storage"),
    "a stride over the end": (PickleBytes.tensor([2, 2], strides: [3, 1]), "leave its storage"),
    "the largest stride": (PickleBytes.tensor([3], strides: [.max]), "leave its storage"),
    "strides that overflow": (
      PickleBytes.tensor([2, 2], strides: [.max, .max]), "leave its storage"
    ),
    "the smallest stride": (
      PickleBytes.tensor([2, 2], strides: [.min, .min]), "leave its storage"
    ),
    "fewer strides than sizes": (PickleBytes.tensor([2, 2], strides: [1]), "dimensions"),
    "100 dimensions": (PickleBytes.tensor(Array(repeating: 1, count: 100)), "dimensions"),
    "a storage that is absent": (PickleBytes.tensor(key: "1"), "lacks its storage"),
    "a storage by another path": (PickleBytes.tensor(key: "../data.pkl"), "lacks its storage"),
    "a storage said to be longer": (PickleBytes.tensor(count: 5), "too few"),
    "a storage of 2^61 numbers": (PickleBytes.tensor(count: 1 << 61), "too few"),
    "a storage of -1 numbers": (PickleBytes.tensor(count: -1), "too few"),
    "wider numbers": (PickleBytes.tensor(type: "DoubleStorage"), "too few"),
    "a type that Glean has not": (PickleBytes.tensor(type: "ComplexFloatStorage"), "does not read"),
    "a storage with a long name": (
      PickleBytes.tensor(key: String(repeating: "0", count: 1_000)), "something else"
    ),
  ]

  @Test("a tensor that is not within its storage is refused", arguments: windows.keys.sorted())
  func window(_ what: String) throws {
    let window = try #require(HostilePickleTests.windows[what])
    let error = #expect(throws: TorchError.self) { try read(only(window.tensor)) }
    #expect(error?.description.hasPrefix("weights.pth: ") == true)
    #expect(error?.description.contains(window.message) == true)
  }

  @Test("the honest sisters of those tensors are read")
  func honest() throws {
    let numbers: [Float] = [1, 2, 3, 4]
    let storage = numbers.withUnsafeBytes { Data($0) }
    for (tensor, expected) in [
      (PickleBytes.tensor([4]), [1, 2, 3, 4]), (PickleBytes.tensor([3], offset: 1), [2, 3, 4]),
      (PickleBytes.tensor([2, 2], strides: [1, 2]), [1, 3, 2, 4]),
      (PickleBytes.tensor([2, 2], strides: [1, 1], offset: 1), [2, 3, 3, 4]),
      (PickleBytes.tensor([4], strides: [0], offset: 2), [3, 3, 3, 3]),
      // Where a dimension has one element, torch keeps whatever stride it had.
      (PickleBytes.tensor([1, 2], strides: [.max, 1]), [1, 2]),
      (PickleBytes.tensor([1, 2, 1], strides: [7, 2, .max]), [1, 3]),
      (PickleBytes.tensor([], offset: 3), [4]), (PickleBytes.tensor([0, 3], offset: 4), []),
    ] as [(Bytes, [Float])] {
      let file = try read(only(tensor), storage: storage)
      #expect(file.tensors[0].tensor.floats == expected)
    }
  }

  @Test("lists that hold one another do not multiply, and weights beside them are read")
  func sharing() throws {
    // Each level holds the one below twice: 2^90 leaves, were they written out.
    var bomb = PickleBytes.list()
    for level in 0..<90 as Range<UInt32> {
      let below = bomb + PickleBytes.keep(level)
      bomb = PickleBytes.list(below, PickleBytes.recall(level))
    }
    #expect(try read(beside(bomb)).tensors.count == 1)

    // A list of pairs that many ordered dicts are made of.
    let pair = PickleBytes.tuple([ascii("N"), ascii("N")])
    let pairs = ascii("](") + Array(repeating: pair, count: 20_000).joined()
    let first = pairs + ascii("e") + PickleBytes.keep(1)
    let call = PickleBytes.call(ordered, PickleBytes.recall(1))
    let dicts = Array(repeating: call, count: 5_000).joined()
    let all = ascii("(") + first + dicts + ascii("t")
    #expect(throws: TorchError.self) {
      try read(beside(all))
    }
  }

  @Test("nesting without end is refused, be it by depth or in a circle")
  func nesting() throws {
    let deep = String(repeating: "(", count: 200_000) + String(repeating: "t", count: 200_000)
    let inside = String(repeating: "]", count: 200_000) + String(repeating: "a", count: 199_999)
    let circle =
      ascii("]") + PickleBytes.keep(0)
      + PickleBytes.recall(0) + ascii("a")
    let filled =
      namespace + ascii(")") + [0x81]
      + ascii("}") + PickleBytes.keep(1) + PickleBytes.text("self")
      + PickleBytes.recall(1) + ascii("sb")
    for value in [ascii(deep), ascii(inside), circle, filled] {
      #expect(throws: TorchError.self) {
        try read(beside(value))
      }
    }
    // Deep only because each list was met before in a shallower place.
    var stairs = ascii("(")
    for level in 0..<200 as Range<UInt32> {
      let below = level == 0 ? ascii("N") : PickleBytes.recall(level - 1)
      stairs += PickleBytes.list(below) + PickleBytes.keep(level)
    }
    stairs += ascii("t")
    #expect(throws: TorchError.self) {
      try read(beside(stairs))
    }
  }

  @Test("tensors that share a storage may not fill the memory")
  func tensorsWithoutEnd() throws {
    let shared = PickleBytes.tensor([1_000], count: 1_000)
    func file(_ count: Int) -> Bytes {
      let pairs = (0..<count).map { index in
        PickleBytes.text("t\(index)")
          + (index == 0 ? shared + PickleBytes.keep(5) : PickleBytes.recall(5))
      }
      return ascii("}(") + pairs.joined() + ascii("u")
    }
    let storage = Data(count: 4_000)
    #expect(try read(file(8), storage: storage).tensors.count == 8)
    #expect(throws: TorchError.self) {
      try read(file(100), storage: storage)
    }
  }

  @Test("a pickle that was cut short is refused wherever the cut is")
  func truncation() throws {
    let root = beside(PickleBytes.list(PickleBytes.int(1)))
    let whole = Data([0x80, 2] + root + ascii("."))
    for count in 0..<whole.count {
      let entries = [("a/data.pkl", whole.prefix(count)), ("a/data/0", Data(count: 16))]
      #expect(throws: TorchError.self) {
        try WeightsFile(data: PickleBytes.storedZip(entries), name: "\(count)")
      }
    }
    for count in 0..<16 {
      #expect(throws: TorchError.self) {
        try read(
          only(PickleBytes.tensor()), storage: Data(count: count))
      }
    }
  }
}
