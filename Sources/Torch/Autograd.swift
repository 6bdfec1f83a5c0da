import CTorch

extension Tensor {
  /// The same elements, cut off from the graph.
  public func detached() -> Tensor { Tensor(ctorch_detach(raw)) }

  /// Whether gradients flow to this tensor.
  public var requiresGradient: Bool { ctorch_requires_grad(raw) }

  /// Makes gradients flow to this leaf, or stops them. Returns it.
  @discardableResult
  public func requiringGradient(_ on: Bool = true) -> Tensor {
    check(ctorch_set_requires_grad(raw, on))
    return self
  }

  /// Adds the gradients of this scalar to every leaf it was made from.
  public func backward() { check(ctorch_backward(raw)) }

  /// The gradient gathered so far; `nil` if there is none. Setting `nil` frees it.
  public var gradient: Tensor? {
    get { ctorch_grad(raw).map { Tensor($0) } }
    nonmutating set { ctorch_set_grad(raw, newValue?.raw) }
  }
}

/// Runs `body` without recording operations for gradients, on this thread. Nothing inside may
/// await: the mode belongs to the thread.
public func withoutGradient<Result, Failure: Error>(
  _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  let before = ctorch_grad_enabled()
  ctorch_set_grad_enabled(false)
  defer { ctorch_set_grad_enabled(before) }
  return try body()
}

/// Whether operations are recorded for gradients on this thread.
public var isRecordingGradients: Bool { ctorch_grad_enabled() }

/// Runs `body` with matrix products and convolutions in `dtype` on `device`, on this thread;
/// `nil` or `float32` changes nothing. Nothing inside may await, and `backward` belongs outside.
public func withAutocast<Result, Failure: Error>(
  _ dtype: DType?, on device: Device, _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  guard let dtype, dtype != .float32 else { return try body() }
  var before = ctorch_autocast()
  check(ctorch_autocast_enter(device.type, dtype.rawValue, &before), "withAutocast")
  defer { ctorch_autocast_leave(device.type, before) }
  return try body()
}

/// Runs `body` with autocast off on this thread: losses are computed in full precision, since a
/// temperature-scaled product in bf16 loses digits that gradients need.
public func withoutAutocast<Result, Failure: Error>(
  on device: Device, _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  let before = ctorch_autocast_pause(device.type)
  defer { if before { ctorch_autocast_resume(device.type) } }
  return try body()
}
