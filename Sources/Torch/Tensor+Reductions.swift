import CTorch

/// Axes may be negative, counting from the end; without axes, all are reduced.
extension Tensor {
  /// The sum over `axes`.
  public func sum(over axes: Int..., keepingAxes keep: Bool = false) -> Tensor {
    reduce(axes) { ctorch_sum(raw, $0, $1, keep) }
  }

  /// The mean over `axes`.
  public func mean(over axes: Int..., keepingAxes keep: Bool = false) -> Tensor {
    reduce(axes) { ctorch_mean(raw, $0, $1, keep) }
  }

  /// The largest element over `axes`.
  public func max(over axes: Int..., keepingAxes keep: Bool = false) -> Tensor {
    reduce(axes) { ctorch_amax(raw, $0, $1, keep) }
  }

  /// The smallest element over `axes`.
  public func min(over axes: Int..., keepingAxes keep: Bool = false) -> Tensor {
    reduce(axes) { ctorch_amin(raw, $0, $1, keep) }
  }

  /// log Σ exp over `axes`, without overflow.
  public func logSumExp(over axes: Int..., keepingAxes keep: Bool = false) -> Tensor {
    reduce(axes) { ctorch_logsumexp(raw, $0, $1, keep) }
  }

  /// The variance over `axes`, divided by count − `correction` (1: the sample variance).
  public func variance(
    over axes: Int..., correction: Double = 1, keepingAxes keep: Bool = false
  ) -> Tensor {
    reduce(axes) { ctorch_var(raw, $0, $1, correction, keep) }
  }

  /// The p-norm over `axes`; 2 is the Euclidean length.
  public func norm(_ p: Double = 2, over axes: Int..., keepingAxes keep: Bool = false) -> Tensor {
    reduce(axes) { ctorch_norm(raw, p, $0, $1, keep) }
  }

  /// Rows of length 1 along `axis`: x / max(‖x‖₂, ε), as `torch.nn.functional.normalize`.
  public func normalized(along axis: Int = -1, epsilon: Double = 1e-12) -> Tensor {
    self / norm(over: axis, keepingAxes: true).clamped(from: epsilon)
  }

  /// The index of the largest element along `axis`, as `int64`.
  public func argmax(along axis: Int) -> Tensor { Tensor(ctorch_argmax(raw, Int64(axis))) }

  /// Running sums along `axis`.
  public func cumulativeSum(along axis: Int) -> Tensor { Tensor(ctorch_cumsum(raw, Int64(axis))) }

  /// e^x / Σ e^x along `axis`.
  public func softmax(along axis: Int = -1) -> Tensor { Tensor(ctorch_softmax(raw, Int64(axis))) }

  /// The logarithm of ``softmax(along:)``.
  public func logSoftmax(along axis: Int = -1) -> Tensor {
    Tensor(ctorch_log_softmax(raw, Int64(axis)))
  }

  /// The `k` largest (or smallest) elements along `axis` and their indices, best first.
  public func top(
    _ k: Int, along axis: Int = -1, largest: Bool = true
  ) -> (values: Tensor, indices: Tensor) {
    pair { ctorch_topk(raw, Int64(k), Int64(axis), largest, $0, $1) }
  }

  /// The elements in order along `axis` and their indices; equal elements keep their order.
  public func sorted(
    along axis: Int = -1, descending: Bool = false
  ) -> (values: Tensor, indices: Tensor) {
    pair { ctorch_sort(raw, Int64(axis), descending, $0, $1) }
  }

  private func reduce(
    _ axes: [Int], _ operation: String = #function,
    _ call: (UnsafePointer<Int64>?, Int64) -> ctorch_tensor?
  ) -> Tensor {
    if axes.isEmpty { return Tensor(call(nil, 0), operation) }
    return Tensor(
      axes.map(Int64.init).withUnsafeBufferPointer { call($0.baseAddress, Int64($0.count)) },
      operation)
  }

  func pair(
    _ operation: String = #function,
    _ call: (UnsafeMutablePointer<ctorch_tensor?>, UnsafeMutablePointer<ctorch_tensor?>)
      -> ctorch_status
  ) -> (Tensor, Tensor) {
    var first: ctorch_tensor?
    var second: ctorch_tensor?
    check(call(&first, &second), operation)
    return (Tensor(first, operation), Tensor(second, operation))
  }
}
