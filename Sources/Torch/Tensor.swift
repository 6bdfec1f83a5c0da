import CTorch

/// An array of numbers on a device, of any rank.
///
/// A small struct over one class handle that ARC frees. Operations give new tensors and trap with
/// libtorch's message when shapes do not fit. Not `Sendable`: the numerical core is synchronous.
public struct Tensor {
  let handle: TensorHandle

  var raw: ctorch_tensor { handle.raw }

  /// Takes over an owned reference; traps with libtorch's message if there is none.
  init(_ result: ctorch_tensor?, _ operation: String = #function) {
    guard let result else { trap(operation) }
    handle = TensorHandle(result)
  }
}

/// Owns one reference to a libtorch tensor.
final class TensorHandle {
  let raw: ctorch_tensor

  init(_ raw: ctorch_tensor) { self.raw = raw }

  deinit { ctorch_release(raw) }
}

// MARK: - Inspection

extension Tensor {
  /// The size of each dimension.
  public var shape: [Int] {
    let sizes = UnsafeBufferPointer(start: ctorch_sizes(raw), count: rank)
    return sizes.map(Int.init)
  }

  /// The number of dimensions.
  public var rank: Int { Int(ctorch_rank(raw)) }

  /// The number of elements.
  public var count: Int { Int(ctorch_count(raw)) }

  /// The type of the elements. Traps on libtorch types that Glean does not use.
  public var dtype: DType {
    guard let dtype = DType(rawValue: ctorch_dtype(raw)) else {
      fatalError("Tensor.dtype: libtorch type \(ctorch_dtype(raw)) is not used here")
    }
    return dtype
  }

  /// Where the tensor lives.
  public var device: Device { Device(ctorch_device_of(raw)) }

  /// The size of dimension `axis`; negative axes count from the end.
  public func size(_ axis: Int) -> Int {
    let shape = shape
    return shape[axis < 0 ? axis + shape.count : axis]
  }

  /// Whether the elements lie in memory as `[N, H, W, C]`.
  public var isChannelsLast: Bool { ctorch_is_contiguous(raw, true) }

  /// The only element, as a number. Traps unless there is exactly one.
  public var scalar: Double {
    var value = 0.0
    check(ctorch_item(raw, &value), "Tensor.scalar")
    return value
  }

  /// The elements in row-major order, converted to `Element`.
  public func array<Element: TensorElement>(of type: Element.Type = Element.self) -> [Element] {
    let source = dtype == Element.dtype ? self : self.to(Element.dtype)
    let count = source.count
    return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      guard let start = buffer.baseAddress, count > 0 else { return }
      let length = count * MemoryLayout<Element>.stride
      check(ctorch_copy_out(source.raw, start, length), "Tensor.array")
      initialized = count
    }
  }

  /// The elements' bytes in row-major order.
  public var bytes: [UInt8] {
    let length = count * dtype.byteCount
    return [UInt8](unsafeUninitializedCapacity: length) { buffer, initialized in
      guard let start = buffer.baseAddress, length > 0 else { return }
      check(ctorch_copy_out(raw, start, length), "Tensor.bytes")
      initialized = length
    }
  }

  /// The elements as `Float`s in row-major order.
  public var floats: [Float] { array(of: Float.self) }

  /// The elements as `Int`s in row-major order.
  public var ints: [Int] { array(of: Int.self) }
}

extension Tensor: CustomStringConvertible {
  /// Shape, type and device, with the elements where they are few.
  public var description: String {
    let head = "Tensor \(shape) \(dtype) \(device)"
    return count <= 16 ? "\(head) \(array(of: Double.self))" : head
  }
}
