/// One figure of test images, or a difference of two, and how far other images might move it.
public struct MetricFigure: Codable, Sendable, Equatable {
  /// What is measured.
  public var metric: Metric
  /// The figure on the test images.
  public var value: Double
  /// The 95% interval over test images of ``Bootstrap``; nil where one image tells nothing.
  public var interval: ClosedRange<Double>?

  /// A figure from its parts.
  public init(metric: Metric, value: Double, interval: ClosedRange<Double>? = nil) {
    self.metric = metric
    self.value = value
    self.interval = interval
  }
}
