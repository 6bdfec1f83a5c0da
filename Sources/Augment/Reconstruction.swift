public import Torch

/// Views as a network saw them and as it painted them, standardised as the views are.
public struct Reconstruction {
  /// What the network saw, but for what was hidden: the view, or the view with noise on it; `[N, C, H,
  /// W]`.
  public let seen: Tensor
  /// What of that was hidden from it, `bool` `[N, 1, H, W]`; `nil` where it saw all.
  public let hidden: Tensor?
  /// What it painted, `[N, C, H, W]`: where a part was hidden, that part, and the view elsewhere.
  public let painted: Tensor
  /// Whether it said the pattern of each hidden patch alone, so that mean and deviation of these are the
  /// view's own.
  public let takesLevels: Bool

  /// Views that were seen with noise on them, `[N, C, H, W]`, and painted without.
  public init(of noisy: Tensor, painted: Tensor) {
    (seen, hidden) = (noisy, nil)
    (self.painted, takesLevels) = (painted.to(.float32), false)
  }

  /// Views of which a part was hidden.
  /// - Parameters:
  ///   - views: `[N, C, H, W]`.
  ///   - hidden: `bool` `[N, 1, h, w]`, where h and w divide H and W.
  ///   - painted: `[N, C, H, W]`; what it says of seen places is not taken.
  ///   - takesLevels: whether each hidden patch has been given the view's own mean and deviation.
  public init(of views: Tensor, hidden: Tensor, painted: Tensor, takesLevels: Bool = false) {
    let hidden = ViewSheet.fit(hidden, height: views.size(2), width: views.size(3))
    seen = views
    self.hidden = hidden
    self.painted = hidden.select(painted.to(.float32), else: views)
    self.takesLevels = takesLevels
  }
}
