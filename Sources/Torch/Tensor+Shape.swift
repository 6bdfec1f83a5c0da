import CTorch

extension Tensor {
  /// The same elements in another shape; one size may be -1 and is then worked out.
  public func reshaped(_ shape: Int...) -> Tensor { reshaped(shape) }

  /// The same elements in another shape; one size may be -1 and is then worked out.
  public func reshaped(_ shape: [Int]) -> Tensor {
    Tensor(ctorch_reshape(raw, shape.map(Int64.init), Int64(shape.count)))
  }

  /// Joins all dimensions from `axis` on into one.
  public func flattened(from axis: Int = 0) -> Tensor {
    reshaped(Array(shape[..<axis]) + [-1])
  }

  /// Repeats dimensions of size 1 without copying; -1 keeps a size.
  public func expanded(_ shape: Int...) -> Tensor {
    Tensor(ctorch_expand(raw, shape.map(Int64.init), Int64(shape.count)))
  }

  /// The dimensions in another order.
  public func permuted(_ axes: Int...) -> Tensor {
    Tensor(ctorch_permute(raw, axes.map(Int64.init), Int64(axes.count)))
  }

  /// Two dimensions exchanged; by default the last two.
  public func transposed(_ a: Int = -2, _ b: Int = -1) -> Tensor {
    Tensor(ctorch_transpose(raw, Int64(a), Int64(b)))
  }

  /// A new dimension of size 1 at `axis`.
  public func unsqueezed(_ axis: Int) -> Tensor { Tensor(ctorch_unsqueeze(raw, Int64(axis))) }

  /// Without dimension `axis`, which has size 1.
  public func squeezed(_ axis: Int) -> Tensor { Tensor(ctorch_squeeze(raw, Int64(axis))) }

  /// The part of dimension `axis` that `range` names, or every `step`-th element of it; a view.
  public func sliced(_ range: Range<Int>, along axis: Int = 0, step: Int = 1) -> Tensor {
    Tensor(
      ctorch_slice(
        raw, Int64(axis), Int64(range.lowerBound), Int64(range.upperBound), Int64(step)))
  }

  /// Element `index` of dimension `axis`, which disappears; a view.
  public func selected(_ index: Int, along axis: Int = 0) -> Tensor {
    Tensor(ctorch_select(raw, Int64(axis), Int64(index)))
  }

  /// Row `index` of the first dimension; a view.
  public subscript(index: Int) -> Tensor { selected(index) }

  /// Rows of the first dimension; a view.
  public subscript(range: Range<Int>) -> Tensor { sliced(range) }

  /// The elements in reverse along `axes`.
  public func flipped(_ axes: Int...) -> Tensor {
    Tensor(ctorch_flip(raw, axes.map(Int64.init), Int64(axes.count)))
  }

  /// The rows that `indices` (`int64` `[K]`) names along `axis`.
  public func rows(_ indices: Tensor, along axis: Int = 0) -> Tensor {
    Tensor(ctorch_index_select(raw, Int64(axis), indices.raw))
  }

  /// One element per entry of `indices` (`int64`) along `axis`.
  public func gathered(_ indices: Tensor, along axis: Int) -> Tensor {
    Tensor(ctorch_gather(raw, Int64(axis), indices.raw))
  }

  /// Rows of 0 and one 1, `[N, classes]`, from `int64` class indices `[N]`.
  public func oneHot(_ classes: Int) -> Tensor { Tensor(ctorch_one_hot(raw, Int64(classes))) }

  /// The main diagonal of a matrix; a view.
  public func diagonal() -> Tensor { Tensor(ctorch_diagonal(raw)) }

  /// The upper triangle, zeros below; `offset` moves the diagonal up.
  public func upperTriangle(_ offset: Int = 0) -> Tensor { Tensor(ctorch_triu(raw, Int64(offset))) }

  /// The positions of elements that are not zero, `[K, rank]`.
  public func nonzero() -> Tensor { Tensor(ctorch_nonzero(raw)) }

  /// The two halves of the first dimension, which has even size.
  public func halves() -> (Tensor, Tensor) {
    let half = size(0) / 2
    return (self[0..<half], self[half..<size(0)])
  }

  /// Splits dimension `axis` into `count` equal parts; views.
  public func split(_ count: Int, along axis: Int = 0) -> [Tensor] {
    let part = size(axis) / count
    precondition(part * count == size(axis), "Tensor.split: \(shape) into \(count) along \(axis)")
    return (0..<count).map { sliced($0 * part..<($0 + 1) * part, along: axis) }
  }
}

/// Joins tensors along an existing dimension.
public func concatenated(_ tensors: [Tensor], along axis: Int = 0) -> Tensor {
  withHandles(tensors) { Tensor(ctorch_cat($0, $1, Int64(axis)), "concatenated") }
}

/// Joins tensors of one shape along a new dimension.
public func stacked(_ tensors: [Tensor], along axis: Int = 0) -> Tensor {
  withHandles(tensors) { Tensor(ctorch_stack($0, $1, Int64(axis)), "stacked") }
}

/// Calls `body` with the tensors' handles; they stay alive until it returns.
func withHandles<Result>(
  _ tensors: [Tensor], _ body: (UnsafePointer<ctorch_tensor>, Int64) -> Result
) -> Result {
  withExtendedLifetime(tensors) {
    let handles = tensors.map(\.raw)
    return handles.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { fatalError("an empty list of tensors") }
      return body(start, Int64(buffer.count))
    }
  }
}
