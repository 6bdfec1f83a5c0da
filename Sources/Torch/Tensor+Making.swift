import CTorch

extension Tensor {
  /// A tensor of `shape` with every element `value`.
  public static func full(
    _ shape: [Int], _ value: Double, dtype: DType = .float32, device: Device = .cpu
  ) -> Tensor {
    Tensor(
      ctorch_full(shape.map(Int64.init), Int64(shape.count), value, dtype.rawValue, device.raw))
  }

  /// Zeros.
  public static func zeros(
    _ shape: [Int], dtype: DType = .float32, device: Device = .cpu
  ) -> Tensor {
    full(shape, 0, dtype: dtype, device: device)
  }

  /// Ones.
  public static func ones(
    _ shape: [Int], dtype: DType = .float32, device: Device = .cpu
  ) -> Tensor {
    full(shape, 1, dtype: dtype, device: device)
  }

  /// Elements that hold whatever the memory held.
  public static func empty(
    _ shape: [Int], dtype: DType = .float32, device: Device = .cpu
  ) -> Tensor {
    Tensor(ctorch_empty(shape.map(Int64.init), Int64(shape.count), dtype.rawValue, device.raw))
  }

  /// `start, start + step, …` up to but without `end`.
  public static func range(
    _ start: Double = 0, to end: Double, step: Double = 1, dtype: DType = .int64,
    device: Device = .cpu
  ) -> Tensor {
    Tensor(ctorch_arange(start, end, step, dtype.rawValue, device.raw))
  }

  /// The identity matrix `[n, n]`.
  public static func identity(
    _ n: Int, dtype: DType = .float32, device: Device = .cpu
  ) -> Tensor {
    Tensor(ctorch_eye(Int64(n), dtype.rawValue, device.raw))
  }

  /// Copies `elements` into a tensor of `shape` (by default one dimension) on the processor.
  /// Traps if the count does not fit the shape.
  public init<Element: TensorElement>(_ elements: [Element], shape: [Int]? = nil) {
    let shape = shape ?? [elements.count]
    precondition(
      elements.count == shape.reduce(1, *),
      "Tensor.init: \(elements.count) elements do not fill shape \(shape)")
    self = elements.withUnsafeBytes { Tensor(bytes: $0, shape: shape, dtype: Element.dtype) }
  }

  /// Copies raw bytes in row-major order. Traps if their number does not fit.
  public init(bytes: UnsafeRawBufferPointer, shape: [Int], dtype: DType) {
    precondition(
      bytes.count == shape.reduce(dtype.byteCount, *),
      "Tensor.init: \(bytes.count) bytes do not fill shape \(shape) of \(dtype)")
    let none = [UInt64(0)]
    self = none.withUnsafeBytes { empty in
      guard let start = bytes.baseAddress ?? empty.baseAddress else { trap("Tensor.init") }
      return Tensor(
        ctorch_copy_in(start, shape.map(Int64.init), Int64(shape.count), dtype.rawValue),
        "Tensor.init")
    }
  }

  /// A tensor over memory that `owner` keeps valid: nothing is copied, and `owner` lives for as long
  /// as any tensor over the memory does. Writing to it is undefined where the memory is read-only.
  public init(
    borrowing bytes: UnsafeRawPointer, shape: [Int], dtype: DType, owner: AnyObject
  ) {
    self.init(
      ctorch_borrow(
        bytes, shape.map(Int64.init), Int64(shape.count), dtype.rawValue,
        Unmanaged.passRetained(owner).toOpaque(),
        { context in Unmanaged<AnyObject>.fromOpaque(context).release() }))
  }

  /// The same elements as another type; `self` if it is that type already.
  public func to(_ dtype: DType) -> Tensor { Tensor(ctorch_to_dtype(raw, dtype.rawValue)) }

  /// The same elements on another device; `self` if they are there already.
  public func to(_ device: Device) -> Tensor { Tensor(ctorch_to_device(raw, device.raw)) }

  /// The same elements laid out as `[N, H, W, C]`, the order that convolutions like best.
  public func channelsLast() -> Tensor { Tensor(ctorch_to_channels_last(raw)) }

  /// The same elements in row-major order.
  public func contiguous() -> Tensor { Tensor(ctorch_contiguous(raw)) }

  /// A copy with memory of its own.
  public func copy() -> Tensor { Tensor(ctorch_clone(raw)) }
}
