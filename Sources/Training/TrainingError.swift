/// What can stop a run.
public enum TrainingError: Error, CustomStringConvertible {
  /// The method or backbone cannot be set up.
  case setUp(String)
  /// The loss or the features are no longer numbers.
  case diverged(method: String, step: Int, learningRate: Double)
  /// A file of the run cannot be read or written.
  case file(String)
  /// The folder holds a run of other settings.
  case otherRun(folder: String, difference: String)

  /// What was found, what was expected, and what to do.
  public var description: String {
    switch self {
    case .setUp(let what): what
    case .diverged(let method, let step, let rate):
      "\(method) diverged: the loss is not a number at step \(step) (learning rate \(rate)); try "
        + "--recipe short, a larger batch or --precision fp32"
    case .file(let what): what
    case .otherRun(let folder, let difference):
      "\(folder) holds a run with other settings (\(difference)); give another --out, or the same "
        + "settings to continue it"
    }
  }
}
