import CTorch

/// The functions that layers are made of.
extension Tensor {
  /// x · weightᵀ + bias, for `[…, in]` and a weight `[out, in]`.
  public func linear(_ weight: Tensor, _ bias: Tensor? = nil) -> Tensor {
    Tensor(ctorch_linear(raw, weight.raw, bias?.raw))
  }

  /// Convolves `[N, C, H, W]` with `[out, C / groups, kh, kw]`.
  public func conv2d(
    _ weight: Tensor, _ bias: Tensor? = nil, stride: Int = 1, padding: Int = 0, groups: Int = 1
  ) -> Tensor {
    Tensor(
      ctorch_conv2d(
        raw, weight.raw, bias?.raw, Int64(stride), Int64(padding), Int64(groups)))
  }

  /// Normalises each channel (dimension 1); in training by the batch's statistics, which then move
  /// the running ones by `momentum`.
  public func batchNorm(
    _ weight: Tensor?, _ bias: Tensor?, runningMean: Tensor?, runningVariance: Tensor?,
    training: Bool, momentum: Double = 0.1, epsilon: Double = 1e-5
  ) -> Tensor {
    Tensor(
      ctorch_batch_norm(
        raw, weight?.raw, bias?.raw, runningMean?.raw, runningVariance?.raw, training, momentum,
        epsilon))
  }

  /// Normalises the last dimensions, whose sizes are `shape`.
  public func layerNorm(
    _ shape: [Int], _ weight: Tensor? = nil, _ bias: Tensor? = nil, epsilon: Double = 1e-5
  ) -> Tensor {
    Tensor(
      ctorch_layer_norm(
        raw, shape.map(Int64.init), Int64(shape.count), weight?.raw, bias?.raw, epsilon))
  }

  /// The largest element of each window of `[N, C, H, W]`.
  public func maxPool2d(_ kernel: Int, stride: Int, padding: Int = 0) -> Tensor {
    Tensor(ctorch_max_pool2d(raw, Int64(kernel), Int64(stride), Int64(padding)))
  }

  /// Scaled dot-product attention of queries (self), keys and values, each `[N, heads, T, d]`.
  public func attention(_ keys: Tensor, _ values: Tensor, mask: Tensor? = nil) -> Tensor {
    Tensor(ctorch_attention(raw, keys.raw, values.raw, mask?.raw, 0))
  }

  /// Zeroes elements with probability `p` and scales the rest by 1/(1−p), in training.
  public func dropout(_ p: Double, training: Bool) -> Tensor {
    Tensor(ctorch_dropout(raw, p, training))
  }

  /// The mean cross-entropy of logits `[N, K]` against class indices `int64` `[N]`, or against
  /// class probabilities `[N, K]`.
  public func crossEntropy(_ target: Tensor, labelSmoothing: Double = 0) -> Tensor {
    Tensor(ctorch_cross_entropy(raw, target.raw, labelSmoothing))
  }

  /// `[N, C, H, W]` resampled to another size.
  public func resized(
    height: Int, width: Int, bicubic: Bool = false, antialias: Bool = false
  ) -> Tensor {
    Tensor(ctorch_resize(raw, Int64(height), Int64(width), bicubic, antialias))
  }

  /// Samples `[N, C, H, W]` bilinearly at `grid` `[N, h, w, 2]` of x, y in −1...1; 0 outside.
  public func gridSample(_ grid: Tensor) -> Tensor { Tensor(ctorch_grid_sample(raw, grid.raw)) }

  /// Crops of a uint8 store `[N, C, H, W]`, each resized to height × width by the antialiased
  /// bilinear kernel that torchvision uses: uint8 `[K, C, height, width]`. On the processor.
  /// - Parameters:
  ///   - indices: which image each of the K crops is from.
  ///   - boxes: x, y, width and height in pixels of each crop, one after the other.
  public func resizedCrops(
    indices: [Int64], boxes: [Int32], height: Int, width: Int
  ) -> Tensor {
    precondition(boxes.count == 4 * indices.count, "Tensor.resizedCrops: four numbers a box")
    return Tensor(
      ctorch_resized_crops(raw, indices, boxes, Int64(indices.count), Int64(height), Int64(width)))
  }
}
