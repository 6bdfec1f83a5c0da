/// Plain data out of a pickle, and the tensors in it.
indirect enum PickleValue {
  case none
  case bool(Bool)
  case int(Int)
  case double(Double)
  /// Text; bytes are one character each.
  case string(String)
  case list([PickleValue])
  case tuple([PickleValue])
  /// In the order of the file; a key may come twice.
  case dict([(key: PickleValue, value: PickleValue)])
  case tensor(TensorReference)

  /// Lists in lists go no deeper than this, so that recursion over a value is safe.
  static let depthLimit = 100

  /// A dict's pairs whose key is text; empty for anything else.
  var named: [(name: String, value: PickleValue)] {
    guard case .dict(let pairs) = self else { return [] }
    return pairs.compactMap { if case .string(let name) = $0.key { (name, $0.value) } else { nil } }
  }

  /// What a dict holds under `name`.
  subscript(name: String) -> PickleValue? { named.first { $0.name == name }?.value }
}

/// A tensor as a pickle describes it: a window on a storage, not yet held against its bytes.
struct TensorReference {
  var storage: StorageReference
  /// The first element, and the steps of each dimension, in elements.
  var offset: Int
  var shape: [Int]
  var strides: [Int]

  /// No more dimensions than this.
  static let rankLimit = 16
}

/// Numbers of one type that lie beside the pickle.
struct StorageReference {
  var key: String
  /// The name of torch's class, such as `FloatStorage`.
  var type: String
  /// The elements that it spans.
  var start = 0
  var count: Int

  /// The type of the elements; `nil` for those that Glean does not use.
  var dtype: DType? {
    DType.allCases.first { $0.storageName == type }
  }

  /// Every class that a pickle may name, with the bytes that an element takes.
  static let elementBytes = [
    "ByteStorage": 1, "CharStorage": 1, "ShortStorage": 2, "IntStorage": 4, "LongStorage": 8,
    "HalfStorage": 2, "FloatStorage": 4, "DoubleStorage": 8, "BoolStorage": 1,
    "BFloat16Storage": 2, "ComplexFloatStorage": 8, "ComplexDoubleStorage": 16,
  ]
}

extension DType {
  /// What PyTorch calls a storage of such elements.
  var storageName: String {
    switch self {
    case .uint8: "ByteStorage"
    case .int32: "IntStorage"
    case .int64: "LongStorage"
    case .float16: "HalfStorage"
    case .float32: "FloatStorage"
    case .float64: "DoubleStorage"
    case .bool: "BoolStorage"
    case .bfloat16: "BFloat16Storage"
    }
  }
}
