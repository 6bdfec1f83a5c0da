import Images
import Torch

extension Targets {
  /// The masks of one view of some images, cropped and turned over as these are. Classes do not mix
  /// as colours do: each pixel takes the class that the stored mask has at its centre.
  /// - Returns: `int64` `[B, size, size]`, beside ``values``; -100, which cross-entropy passes over,
  ///   where a pixel counts nowhere.
  func masks(of indices: [Int], _ view: ViewParameters, size: Int) -> Tensor {
    func places(_ start: Int32, _ length: Int32, isFlipped: Bool) -> [Int] {
      let places = (0..<size).map { Int(start) + (2 * $0 + 1) * Int(length) / (2 * size) }
      return isFlipped ? places.reversed() : places
    }
    let (count, width) = (indices.count, values.size(2))
    let rows = zip(view.boxes, view.isFlippedVertically).flatMap { box, isFlipped in
      places(box.y, box.height, isFlipped: isFlipped)
    }
    let columns = zip(view.boxes, view.isFlipped).flatMap { box, isFlipped in
      places(box.x, box.width, isFlipped: isFlipped)
    }
    let classes = values.rows(Tensor(indices).to(values.device))
      .gathered(
        Tensor(rows, shape: [count, size, 1]).expanded(count, size, width).to(values.device),
        along: 1
      )
      .gathered(
        Tensor(columns, shape: [count, 1, size]).expanded(count, size, size).to(values.device),
        along: 2
      )
    return classes.to(.int64).filled(where: classes .== Double(ImageStore.ignored), with: -100)
  }
}
