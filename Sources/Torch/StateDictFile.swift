public import Foundation

/// Named tensors in a `.pth` file, as `torch.save(network.state_dict())` writes it: a zip archive of
/// a pickle, which says what the tensors are, and of their bytes.
///
/// `torch.load` reads it, with `weights_only=True` too: the pickle asks for nothing but an ordered
/// dictionary of tensors.
public struct StateDictFile {
  /// Tensors with their names, in the order of the dictionary.
  public var tensors: [(name: String, tensor: Tensor)]

  /// Tensors to be written.
  public init(_ tensors: [(name: String, tensor: Tensor)]) { self.tensors = tensors }

  /// The most bytes of tensors that are written: zip archives without the 64-bit extension end at
  /// 4 GB.
  static let largest = 4_000_000_000

  /// Writes the file under a temporary name and renames it, so that a killed process or a full disk
  /// leaves the old file whole.
  /// - Throws: ``TorchError/file(_:)`` naming the file.
  public func write(to url: URL) throws(TorchError) {
    let size = tensors.reduce(0) { $0 + $1.tensor.count * $1.tensor.dtype.byteCount }
    guard size <= StateDictFile.largest else {
      throw .file(
        "\(url.path): \(size) bytes of tensors are too many for a .pth file, which takes "
          + "\(StateDictFile.largest); write .safetensors")
    }
    try writeAtomically(to: url) { file in
      var archive = ZipWriter(file)
      try archive.add("archive/data.pkl", pickle)
      try archive.add("archive/byteorder", Array("little".utf8))
      for (index, entry) in tensors.enumerated() {
        try archive.add("archive/data/\(index)", entry.tensor.bytes)
      }
      try archive.add("archive/version", Array("3\n".utf8))
      try archive.finish()
    }
  }

  /// `OrderedDict([(name, tensor), …])`; the bytes of tensor number i are the entry `data/i`.
  var pickle: [UInt8] {
    var pickle = PickleWriter()
    pickle.addEmptyDictionary()
    pickle.add(.mark)
    for (index, entry) in tensors.enumerated() {
      pickle.add(entry.name)
      pickle.add(entry.tensor, key: "\(index)")
    }
    pickle.add(.setItems)
    pickle.add(.stop)
    return pickle.bytes
  }
}

extension PickleWriter {
  /// `OrderedDict()`.
  fileprivate mutating func addEmptyDictionary() {
    add(global: "collections", "OrderedDict")
    add(.emptyTuple)
    add(.reduce)
  }

  /// `_rebuild_tensor_v2(storage, offset, shape, strides, requires_grad, hooks)`, where the storage
  /// is the archive's entry `data/key`.
  fileprivate mutating func add(_ tensor: Tensor, key: String) {
    let shape = tensor.shape
    var strides: [Int] = []
    for size in shape.reversed() { strides.append((strides.last ?? 1) * max(1, size)) }
    strides = Array(([1] + strides).prefix(shape.count).reversed())

    add(global: "torch._utils", "_rebuild_tensor_v2")
    add(.mark)
    add(.mark)
    add("storage")
    add(global: "torch", tensor.dtype.storageName)
    add(key)
    add("cpu")
    add(tensor.count)
    add(.tuple)
    add(.persistent)
    add(0)
    add(shape)
    add(strides)
    add(.false)
    addEmptyDictionary()
    add(.tuple)
    add(.reduce)
  }
}
