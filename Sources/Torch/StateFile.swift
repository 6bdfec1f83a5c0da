import Foundation

/// What `torch.save` wrote: plain data, and the bytes that the tensors in it lie in.
///
/// Two formats: a zip file with the pickle in `data.pkl` and each storage in `data/KEY` (torch 1.6 and
/// later), and, before, pickles and storages one after the other (`torch/serialization.py`).
struct StateFile {
  let root: PickleValue
  private let data: Data
  private let storages: [String: Range<Int>]
  /// Bytes that tensors may still take: some share a storage, but not without end.
  private var budget: Int

  /// Tensors may take so many times the file's bytes, all in all.
  static let sharingLimit = 16

  /// How files before torch 1.6 begin: a pickle of the number 0x1950a86a20f9469cfc6c.
  private static let magic: [UInt8] = [
    0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
  ]

  static func isZip(_ data: Data) -> Bool { data.starts(with: Array("PK\u{3}\u{4}".utf8)) }
  static func isStream(_ data: Data) -> Bool { data.starts(with: magic) }

  /// Reads the file's structure; tensors are made by ``tensor(_:)``.
  /// - Throws: ``Malformed``.
  init(_ data: Data) throws(Malformed) {
    self.data = data
    (root, storages) = try StateFile.isZip(data) ? StateFile.zip(data) : StateFile.stream(data)
    budget = data.count * StateFile.sharingLimit
  }

  private static func zip(
    _ data: Data
  ) throws(Malformed) -> (PickleValue, [String: Range<Int>]) {
    let entries = try ZipArchive(data).entries
    let names = entries.keys.filter { $0.hasSuffix("/data.pkl") }
    guard names.count == 1, let name = names.first, let pickle = entries[name] else {
      throw Malformed("it is a zip file, but not one of torch.save: it lacks its data.pkl")
    }
    let folder = name.dropLast("data.pkl".count)
    if let order = entries["\(folder)byteorder"], !data[order].elementsEqual("little".utf8) {
      throw Malformed("its numbers are not little-endian; re-save it on a common processor")
    }
    var reader = ByteReader(data, pickle)
    var machine = PickleReader()
    let root = try machine.read(&reader)
    var storages: [String: Range<Int>] = [:]
    let prefix = "\(folder)data/"
    for (name, range) in entries where name.hasPrefix(prefix) {
      storages[String(name.dropFirst(prefix.count))] = range
    }
    return (root, storages)
  }

  private static func stream(
    _ data: Data
  ) throws(Malformed) -> (PickleValue, [String: Range<Int>]) {
    var reader = ByteReader(data, magic.count..<data.count)
    func next() throws(Malformed) -> (root: PickleValue, storages: [StorageReference]) {
      var machine = PickleReader()
      return (try machine.read(&reader), machine.storages)
    }
    guard case .int(1001) = try next().root else {
      throw Malformed("its protocol is not 1001, torch's last before 1.6; re-save it in Python")
    }
    guard case .bool(true)? = try next().root["little_endian"] else {
      throw Malformed("its numbers are not little-endian; re-save it on a common processor")
    }
    let state = try next()
    guard case .list(let keys) = try next().root else {
      throw Malformed("it does not list its storages")
    }
    let types = Dictionary(
      state.storages.map { ($0.key, $0.type) }, uniquingKeysWith: { first, _ in first })
    var storages: [String: Range<Int>] = [:]
    for key in keys {
      guard case .string(let key) = key, let type = types[key], storages[key] == nil,
        let width = StorageReference.elementBytes[type]
      else { throw Malformed("it lists a storage that no tensor has, or one twice") }
      let count: UInt64 = try reader.number()
      let (bytes, overflow) = count.multipliedReportingOverflow(by: UInt64(width))
      guard !overflow else { throw Malformed("storage \(key) fits no memory") }
      storages[key] = try reader.take(bytes)
    }
    guard reader.isAtEnd else { throw Malformed("it goes on behind its last storage") }
    return (state.root, storages)
  }
}

// MARK: - Tensors

extension StateFile {
  /// A copy of the numbers that a reference names, in row-major order.
  /// - Throws: ``Malformed`` if they do not all lie in the tensor's storage, or if the tensor has
  ///   more elements than it.
  mutating func tensor(_ reference: TensorReference) throws(Malformed) -> Tensor {
    let storage = reference.storage
    guard let dtype = storage.dtype else {
      throw Malformed("it is a torch.\(storage.type), a type that Glean does not read")
    }
    guard let range = storages[storage.key] else {
      throw Malformed("the file lacks its storage \(storage.key)")
    }
    let available = range.count / dtype.byteCount
    guard storage.start <= available, (0...(available - storage.start)).contains(storage.count)
    else {
      throw Malformed(
        "its storage has \(range.count) bytes, too few for \(storage.count) elements; "
          + "copy the file again")
    }
    let shape = reference.shape
    guard let bytes = dtype.byteCount(of: shape), bytes / dtype.byteCount <= storage.count else {
      throw Malformed("its shape \(shape) does not fit its storage of \(storage.count) elements")
    }
    let strides = Strides(shape, reference.strides)
    guard bytes == 0 || strides.lie(in: storage.count, from: reference.offset) else {
      throw Malformed(
        "its strides \(reference.strides) from \(reference.offset) on leave its storage of "
          + "\(storage.count) elements")
    }
    guard bytes <= budget else {
      throw Malformed(
        "it and the tensors before take more than \(StateFile.sharingLimit) times the file's size")
    }
    budget -= bytes
    // Both sums lie within the file, as was just checked; an empty tensor's offset may be anything.
    let first = bytes == 0 ? 0 : (storage.start + reference.offset) * dtype.byteCount
    return data.withUnsafeBytes { file in
      let storage = UnsafeRawBufferPointer(rebasing: file[range].dropFirst(first))
      if bytes == 0 || strides.areRowMajor {
        let elements = UnsafeRawBufferPointer(rebasing: storage.prefix(bytes))
        return Tensor(bytes: elements, shape: shape, dtype: dtype)
      }
      let gathered =
        switch dtype.byteCount {
        case 1: strides.gather(UInt8.self, from: storage)
        case 2: strides.gather(UInt16.self, from: storage)
        case 4: strides.gather(UInt32.self, from: storage)
        default: strides.gather(UInt64.self, from: storage)
        }
      return gathered.withUnsafeBytes { Tensor(bytes: $0, shape: shape, dtype: dtype) }
    }
  }
}

/// The steps from one element to the next along each dimension.
private struct Strides {
  private let shape: [Int]
  private let steps: [Int]

  /// The step of a dimension of size 1 is never taken, and whatever the file says it is becomes 0.
  init(_ shape: [Int], _ steps: [Int]) {
    self.shape = shape
    self.steps = zip(shape, steps).map { $0 == 1 ? 0 : $1 }
  }

  /// Whether every element from `offset` on is one of `count`. No size is 0.
  func lie(in count: Int, from offset: Int) -> Bool {
    var last = offset
    for (size, step) in zip(shape, steps) {
      let (distance, overflow) = step.multipliedReportingOverflow(by: size - 1)
      guard step >= 0, last >= 0, last < count, !overflow, distance < count - last else {
        return false
      }
      last += distance
    }
    return last >= 0 && last < count
  }

  var areRowMajor: Bool {
    var expected = 1
    for (size, step) in zip(shape, steps).reversed() where size != 1 {
      if step != expected { return false }
      expected *= size
    }
    return true
  }

  /// The elements in row-major order, as bytes of their own.
  func gather<Bits: FixedWidthInteger & BitwiseCopyable>(
    _ type: Bits.Type, from source: UnsafeRawBufferPointer
  ) -> [UInt8] {
    let width = MemoryLayout<Bits>.size
    let total = shape.reduce(width, *)
    return [UInt8](unsafeUninitializedCapacity: total) { buffer, initialized in
      let target = UnsafeMutableRawBufferPointer(buffer)
      var index = [Int](repeating: 0, count: shape.count)
      var element = 0
      for position in stride(from: 0, to: total, by: width) {
        let bits = source.loadUnaligned(fromByteOffset: element * width, as: Bits.self)
        target.storeBytes(of: bits, toByteOffset: position, as: Bits.self)
        for axis in shape.indices.reversed() {
          index[axis] += 1
          element += steps[axis]
          if index[axis] < shape[axis] { break }
          element -= steps[axis] * shape[axis]
          index[axis] = 0
        }
      }
      initialized = total
    }
  }
}
