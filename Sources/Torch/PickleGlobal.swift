/// What a pickle may name: the closed list of things that Glean gives a meaning to. None of it is
/// code; a name outside the list is refused when it is read, before anything could use it.
enum PickleGlobal {
  case orderedDict
  /// `argparse.Namespace`: read as the dict of its attributes.
  case namespace
  /// `torch.FloatStorage` and its sisters.
  case storage(String)
  case rebuildTensor, rebuildParameter
  /// `torch.Size`: read as its only argument.
  case size
  /// `torch.device` and `pathlib.PosixPath`: read as the tuple of their arguments.
  case arguments
  /// numpy's numbers, as in `best_accuracy`: a type and the bytes.
  case numpyScalar, numpyType
  /// How protocol 2 writes bytes: text and `latin1`.
  case encode

  init?(module: String, name: String) {
    switch (module, name) {
    case ("collections", "OrderedDict"): self = .orderedDict
    case ("argparse", "Namespace"): self = .namespace
    case ("torch._utils", "_rebuild_tensor"), ("torch._utils", "_rebuild_tensor_v2"):
      self = .rebuildTensor
    case ("torch._utils", "_rebuild_parameter"),
      ("torch._utils", "_rebuild_parameter_with_state"):
      self = .rebuildParameter
    case ("torch", "Size"): self = .size
    case ("torch", "device"), ("pathlib", "PosixPath"): self = .arguments
    case ("numpy.core.multiarray", "scalar"), ("numpy._core.multiarray", "scalar"):
      self = .numpyScalar
    case ("numpy", "dtype"): self = .numpyType
    case ("_codecs", "encode"): self = .encode
    // Old files name the storages of GPUs.
    case ("torch", _), ("torch.cuda", _):
      guard StorageReference.elementBytes[name] != nil else { return nil }
      self = .storage(name)
    default: return nil
    }
  }

  /// `torch.float32` and its sisters, which are read as text.
  static let dtypes: Set = [
    "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64", "bfloat16", "bool",
  ]

  /// The number that numpy's bytes hold; `nil` for types that are no plain numbers.
  static func number(_ type: String, latin1: String) -> PickleItem? {
    let bytes = latin1.unicodeScalars.prefix(9).map { UInt64($0.value) }
    guard let width = type.last.flatMap({ Int(String($0)) }), bytes.count == width else {
      return nil
    }
    let bits = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | $1 & 0xff }
    switch type {
    case "b1": return .bool(bits != 0)
    case "i1": return .int(Int(Int8(truncatingIfNeeded: bits)))
    case "i2": return .int(Int(Int16(truncatingIfNeeded: bits)))
    case "i4": return .int(Int(Int32(truncatingIfNeeded: bits)))
    case "i8": return .int(Int(truncatingIfNeeded: bits))
    case "u1", "u2", "u4": return .int(Int(bits))
    case "f4": return .double(Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))))
    case "f8": return .double(Double(bitPattern: bits))
    default: return nil
    }
  }
}
