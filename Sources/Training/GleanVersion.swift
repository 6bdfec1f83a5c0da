/// The version of this source, which a run's model card names.
public let gleanVersion = "0.1.0"
