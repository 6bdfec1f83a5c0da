import Images

/// Draws images so that each class keeps its part: ⌊part⌋ or one more of each.
/// - Parameters:
///   - labels: the class of each image; those without one, `nil`, are a class of their own.
///   - count: how many to draw; all images are if there are no more.
///   - seed: where they are drawn from.
/// - Returns: indices of images in ascending order.
public func stratifiedSample(_ labels: [Int?], count: Int, seed: UInt64) -> [Int] {
  guard count < labels.count else { return Array(labels.indices) }
  var random = SeededGenerator(seed: seed)
  let order = random.shuffled(Array(labels.indices))
  var classes: [Int?: [Int]] = [:]
  for image in order { classes[labels[image], default: []].append(image) }
  // Class after class in a row, every (N / count)-th place of it is drawn.
  let row = classes.sorted { ($0.key ?? -1) < ($1.key ?? -1) }.flatMap(\.value)
  return (0..<count).map { row[($0 * labels.count + labels.count / 2) / count] }.sorted()
}
