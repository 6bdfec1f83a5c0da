@_exported public import Augment
@_exported public import Backbones
@_exported public import Downstream
@_exported public import Images
@_exported public import Pretext
@_exported public import Report
@_exported public import Study
@_exported public import Torch
@_exported public import TorchNN
@_exported public import Training

/// The version of this source.
public let gleanVersion = "0.1.0"
