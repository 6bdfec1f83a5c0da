import Training

/// Results that were made apart: whether they belong together.
extension StudyPlan {
  /// Why runs of another plan cannot stand beside those of this one: the first setting in which they
  /// differ; `nil` if methods, sizes, seeds and protocols are all that does.
  public func obstacle(toJoining other: StudyPlan) -> String? {
    if dataHash != other.dataHash {
      return "\(name) and \(other.name) are different images, labels or splits"
    }
    for method in Set(methods).intersection(other.methods).sorted()
    where options[method] != other.options[method] {
      return "\(method) has other options"
    }
    var (ours, theirs) = (self, other)
    // Where the file lies is each machine's own affair.
    ours.general?.weights.path = ""
    theirs.general?.weights.path = ""
    if ours.general == nil || theirs.general == nil { theirs.general = ours.general }
    theirs.methods = methods
    theirs.options = options
    theirs.sizes = sizes
    theirs.seeds = seeds
    theirs.protocols = protocols
    return firstDifference(ours, theirs)
  }
}
