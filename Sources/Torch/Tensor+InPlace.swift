import CTorch

/// Changes to the memory behind a tensor, seen by every view of it. Only buffers, queues and
/// optimisers use them, outside autograd.
extension Tensor {
  /// Overwrites the elements with those of `source`, which broadcasts.
  public func assign(_ source: Tensor) { check(ctorch_copy_(raw, source.raw)) }

  /// Overwrites the rows that `indices` names.
  public func assignRows(_ indices: Tensor, _ rows: Tensor) {
    check(ctorch_index_copy_(raw, 0, indices.raw, rows.raw))
  }

  /// Adds `rows` to the rows that `indices` names; a row named twice is added to twice.
  public func addRows(_ indices: Tensor, _ rows: Tensor) {
    check(ctorch_index_add_(raw, 0, indices.raw, rows.raw))
  }
}
