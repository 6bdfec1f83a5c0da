/// The type of a tensor's elements. Raw values are c10's scalar type codes.
public enum DType: Int32, Sendable, Codable, CaseIterable {
  /// Unsigned bytes: image stores.
  case uint8 = 0
  /// 32-bit integers.
  case int32 = 3
  /// 64-bit integers: indices and labels.
  case int64 = 4
  /// IEEE half precision.
  case float16 = 5
  /// Single precision, the default.
  case float32 = 6
  /// Double precision.
  case float64 = 7
  /// Truth values: masks.
  case bool = 11
  /// Brain floating point: the range of `float32` with 8 bits of precision.
  case bfloat16 = 15

  /// Bytes an element takes.
  public var byteCount: Int {
    switch self {
    case .uint8, .bool: 1
    case .float16, .bfloat16: 2
    case .int32, .float32: 4
    case .int64, .float64: 8
    }
  }

  /// The bytes that `shape` takes; `nil` for shapes that libtorch refuses, too: negative sizes,
  /// and products beyond 64 bits even where another size is 0.
  func byteCount(of shape: [Int]) -> Int? {
    guard shape.count <= 64 else { return nil }
    var strides = byteCount
    for size in shape {
      let (product, overflow) = strides.multipliedReportingOverflow(by: max(1, size))
      guard size >= 0, !overflow else { return nil }
      strides = product
    }
    return shape.contains(0) ? 0 : strides
  }
}

/// A Swift type that tensors can be filled from and read into.
public protocol TensorElement {
  /// The element type of a tensor that holds such values.
  static var dtype: DType { get }
}

extension Float: TensorElement {
  /// Single precision.
  public static var dtype: DType { .float32 }
}

extension Double: TensorElement {
  /// Double precision.
  public static var dtype: DType { .float64 }
}

extension Int: TensorElement {
  /// 64-bit integers.
  public static var dtype: DType { .int64 }
}

extension Int32: TensorElement {
  /// 32-bit integers.
  public static var dtype: DType { .int32 }
}

extension UInt8: TensorElement {
  /// Unsigned bytes.
  public static var dtype: DType { .uint8 }
}

extension Bool: TensorElement {
  /// Truth values.
  public static var dtype: DType { .bool }
}
