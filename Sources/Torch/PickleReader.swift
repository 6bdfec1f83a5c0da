import Foundation

/// The opcodes that `torch.save` writes at protocol 2, and what protocols 3 to 5 write in their
/// place for the same data (CPython's `Lib/pickle.py`).
private enum Opcode: UInt8 {
  case proto = 0x80
  case frame = 0x95
  case stop = 0x2e  // .
  case mark = 0x28  // (
  case none = 0x4e  // N
  case newTrue = 0x88
  case newFalse = 0x89
  case binInt = 0x4a  // J
  case binInt1 = 0x4b  // K
  case binInt2 = 0x4d  // M
  case long1 = 0x8a
  case long4 = 0x8b
  case binFloat = 0x47  // G
  case binUnicode = 0x58  // X
  case shortBinUnicode = 0x8c
  case binUnicode8 = 0x8d
  case binString = 0x54  // T
  case shortBinString = 0x55  // U
  case binBytes = 0x42  // B
  case shortBinBytes = 0x43  // C
  case binBytes8 = 0x8e
  case emptyList = 0x5d  // ]
  case append = 0x61  // a
  case appends = 0x65  // e
  case emptyTuple = 0x29  // )
  case tuple = 0x74  // t
  case tuple1 = 0x85
  case tuple2 = 0x86
  case tuple3 = 0x87
  case emptyDict = 0x7d  // }
  case setItem = 0x73  // s
  case setItems = 0x75  // u
  case binPut = 0x71  // q
  case longBinPut = 0x72  // r
  case memoize = 0x94
  case binGet = 0x68  // h
  case longBinGet = 0x6a  // j
  case global = 0x63  // c
  case stackGlobal = 0x93
  case reduce = 0x52  // R
  case newObject = 0x81
  case build = 0x62  // b
  case binPersID = 0x51  // Q
}

/// What lies on the machine's stack.
enum PickleItem {
  case none
  case bool(Bool)
  case int(Int)
  case double(Double)
  case string(String)
  /// A container, by its place in the machine's list: it may still be filled, and may be named
  /// from many places.
  case node(Int)
  case storage(Int)
  case tensor(Int)
  case global(PickleGlobal)
  case numpyType(String)
}

/// A pickle's value, worked out without running anything.
///
/// The machine of the format does no more than build containers; what it is told to call must be on
/// ``PickleGlobal``'s list and only describes data. Containers are kept flat and are named by number,
/// so neither nesting nor sharing costs more than the bytes that ask for it.
struct PickleReader {
  /// Opcodes that a pickle may have; memory is at most some hundred bytes for each.
  static let opcodeLimit = 2_000_000

  struct Node {
    enum Kind { case list, tuple, dict, namespace }
    var kind: Kind
    /// Elements; of a dict, keys and values in turn; of a namespace, its dict.
    var items: [PickleItem] = []
  }

  private var stack: [PickleItem] = []
  private var marks: [Int] = []
  private var memo: [UInt32: PickleItem] = [:]
  var nodes: [Node] = []
  /// Storages and tensors in the order in which they were named.
  var storages: [StorageReference] = []
  var tensors: [TensorReference] = []
  /// Elements that were copied from one container to another.
  var copied = 0
  private var finished: [Int: (value: PickleValue, height: Int)] = [:]

  /// The value of the pickle that begins where `reader` stands, which is left behind it.
  /// - Throws: ``Malformed``.
  mutating func read(_ reader: inout ByteReader) throws(Malformed) -> PickleValue {
    for _ in 0..<PickleReader.opcodeLimit {
      let start = reader.position
      let byte: UInt8 = try reader.number()
      guard let opcode = Opcode(rawValue: byte) else {
        throw Malformed("its pickle has opcode \(byte) at byte \(start), which Glean does not read")
      }
      if opcode == .stop {
        let root = try pop()
        guard stack.isEmpty, marks.isEmpty else { throw Malformed("its pickle stops half-way") }
        return try value(of: root, depth: 1)
      }
      try execute(opcode, &reader)
    }
    throw Malformed("its pickle has more than \(PickleReader.opcodeLimit) opcodes")
  }

  private mutating func execute(
    _ opcode: Opcode, _ reader: inout ByteReader
  ) throws(Malformed) {
    switch opcode {
    case .stop: break
    case .proto: _ = try reader.take(1)
    case .frame: _ = try reader.take(8)
    case .mark: marks.append(stack.count)
    case .none: stack.append(.none)
    case .newTrue: stack.append(.bool(true))
    case .newFalse: stack.append(.bool(false))
    case .binInt: stack.append(.int(Int(try reader.number(Int32.self))))
    case .binInt1: stack.append(.int(Int(try reader.number(UInt8.self))))
    case .binInt2: stack.append(.int(Int(try reader.number(UInt16.self))))
    case .long1: stack.append(.int(try long(reader.number(UInt8.self), &reader)))
    case .long4: stack.append(.int(try long(reader.number(Int32.self), &reader)))
    case .binFloat:
      stack.append(.double(Double(bitPattern: try reader.number(UInt64.self).byteSwapped)))
    case .binUnicode: stack.append(.string(try reader.text(reader.number(UInt32.self))))
    case .shortBinUnicode: stack.append(.string(try reader.text(reader.number(UInt8.self))))
    case .binUnicode8: stack.append(.string(try reader.text(reader.number(UInt64.self))))
    case .binString: stack.append(.string(try reader.latin1(reader.number(Int32.self))))
    case .binBytes: stack.append(.string(try reader.latin1(reader.number(UInt32.self))))
    case .shortBinString, .shortBinBytes:
      stack.append(.string(try reader.latin1(reader.number(UInt8.self))))
    case .binBytes8: stack.append(.string(try reader.latin1(reader.number(UInt64.self))))
    case .emptyList: stack.append(make(.list))
    case .append: try fill(.list, with: [pop()])
    case .appends: try fill(.list, with: popToMark())
    case .emptyTuple: stack.append(make(.tuple))
    case .tuple: stack.append(make(.tuple, try popToMark()))
    case .tuple1: stack.append(make(.tuple, try pop(1)))
    case .tuple2: stack.append(make(.tuple, try pop(2)))
    case .tuple3: stack.append(make(.tuple, try pop(3)))
    case .emptyDict: stack.append(make(.dict))
    case .setItem: try fill(.dict, with: pop(2))
    case .setItems: try fill(.dict, with: popToMark())
    case .binPut: memo[UInt32(try reader.number(UInt8.self))] = try top()
    case .longBinPut: memo[try reader.number(UInt32.self)] = try top()
    case .memoize: memo[UInt32(memo.count)] = try top()
    case .binGet: stack.append(try recall(UInt32(reader.number(UInt8.self))))
    case .longBinGet: stack.append(try recall(reader.number(UInt32.self)))
    case .global: stack.append(try global(reader.line(), reader.line()))
    case .stackGlobal:
      let names = try pop(2)
      guard case .string(let module) = names[0], case .string(let name) = names[1] else {
        throw Malformed("its pickle names a thing by what is no text")
      }
      stack.append(try global(module, name))
    case .reduce, .newObject:
      let pair = try pop(2)
      stack.append(try call(pair[0], pair[1]))
    case .build:
      let state = try pop()
      try build(top(), state)
    case .binPersID: stack.append(try storage(pop()))
    }
  }
}

// MARK: - Stack and memo

extension PickleReader {
  private func top() throws(Malformed) -> PickleItem {
    guard let item = stack.last else { throw Malformed("its pickle takes more than it gives") }
    return item
  }

  private mutating func pop() throws(Malformed) -> PickleItem {
    let item = try top()
    stack.removeLast()
    return item
  }

  private mutating func pop(_ count: Int) throws(Malformed) -> [PickleItem] {
    guard stack.count >= count else { throw Malformed("its pickle takes more than it gives") }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws(Malformed) -> [PickleItem] {
    guard let mark = marks.popLast(), mark <= stack.count else {
      throw Malformed("its pickle takes more than it gives")
    }
    return try pop(stack.count - mark)
  }

  private func recall(_ index: UInt32) throws(Malformed) -> PickleItem {
    guard let item = memo[index] else { throw Malformed("its pickle asks for what it never kept") }
    return item
  }

  mutating func make(_ kind: Node.Kind, _ items: [PickleItem] = []) -> PickleItem {
    nodes.append(Node(kind: kind, items: items))
    return .node(nodes.count - 1)
  }

  private mutating func fill(_ kind: Node.Kind, with items: [PickleItem]) throws(Malformed) {
    guard case .node(let index) = try top(), nodes[index].kind == kind,
      kind != .dict || items.count.isMultiple(of: 2)
    else { throw Malformed("its pickle fills what is no \(kind)") }
    nodes[index].items += items
  }

  /// An integer of `count` bytes, at most 8, in two's complement.
  private func long<Count: BinaryInteger>(
    _ count: Count, _ reader: inout ByteReader
  ) throws(Malformed) -> Int {
    guard (0...8).contains(count) else {
      throw Malformed("its pickle has an integer of \(count) bytes, more than 64 bits")
    }
    var bits: UInt64 = 0
    for index in 0..<UInt64(count) { bits |= UInt64(try reader.number(UInt8.self)) << (8 * index) }
    let unused = 64 - 8 * UInt64(count)
    return count == 0 ? 0 : Int(truncatingIfNeeded: Int64(bitPattern: bits << unused) >> unused)
  }
}

// MARK: - The result

extension PickleReader {
  /// Plain data for an item. A container is worked out once, however often it is named.
  private mutating func value(of item: PickleItem, depth: Int) throws(Malformed) -> PickleValue {
    switch item {
    case .none: return .none
    case .bool(let value): return .bool(value)
    case .int(let value): return .int(value)
    case .double(let value): return .double(value)
    case .string(let value): return .string(value)
    case .tensor(let index): return .tensor(tensors[index])
    case .storage: throw Malformed("it holds a storage that is no tensor's")
    case .global, .numpyType: throw Malformed("it holds a class, which is no plain value")
    case .node(let index):
      if let (value, height) = finished[index] {
        try check(depth + height)
        return value
      }
      try check(depth + 1)
      let node = nodes[index]
      var items: [PickleValue] = []
      items.reserveCapacity(node.items.count)
      var height = 1
      for item in node.items {
        items.append(try value(of: item, depth: depth + 1))
        if case .node(let child) = item { height = max(height, 1 + (finished[child]?.height ?? 0)) }
      }
      let value: PickleValue
      switch node.kind {
      case .list: value = .list(items)
      case .tuple: value = .tuple(items)
      case .namespace: value = items.first ?? .dict([])
      case .dict:
        value = .dict(
          stride(from: 0, to: items.count, by: 2).map { (items[$0], items[$0 + 1]) })
      }
      finished[index] = (value, height)
      return value
    }
  }

  private func check(_ depth: Int) throws(Malformed) {
    guard depth <= PickleValue.depthLimit else {
      throw Malformed(
        "its pickle nests deeper than \(PickleValue.depthLimit) levels, or holds itself")
    }
  }
}
