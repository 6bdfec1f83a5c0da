import Torch

/// Images with their tags: which of K classes each shows.
typealias TaggedFeatures = TargetFeatures<[Int]>

extension TargetFeatures where Target == [Int] {
  /// Classes that some of the images show and others do not.
  func varyingClasses(of classes: Int) -> [Int] {
    var totals = [Int](repeating: 0, count: classes)
    for tags in targets { for tag in Set(tags) { totals[tag] += 1 } }
    return (0..<classes).filter { 0 < totals[$0] && totals[$0] < count }
  }

  /// 1 where an image shows one of `classes`, 0 elsewhere, `float32` `[N, K]`.
  func multiHot(_ classes: [Int]) -> Tensor {
    let columns = Dictionary(uniqueKeysWithValues: zip(classes, classes.indices))
    var values = [Float](repeating: 0, count: count * classes.count)
    for (row, tags) in targets.enumerated() {
      for column in tags.compactMap({ columns[$0] }) { values[row * classes.count + column] = 1 }
    }
    return Tensor(values, shape: [count, classes.count]).to(features.device)
  }
}
