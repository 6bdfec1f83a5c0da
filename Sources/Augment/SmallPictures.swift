import Torch

/// The centred squares of some images in little, and what linear rules are fitted on.
///
/// Up and down are looked for in how much brightness changes from pixel to pixel, along rows and along
/// columns, in 16 places at two sizes: gravity shows in it (smooth skies, rough ground), a lamp's
/// smooth shading, which every image of a microscope shares, hardly does.
struct SmallPictures {
  /// Brightness, `[N, side, side]` each, of mean 0 and deviation 1 where it varies at all.
  private let grey: [Tensor]
  /// `[N, C]`, in 0...255.
  let meanColour: Tensor
  /// The mean distance of neighbouring channels, in grey levels; 0 for one channel.
  let chroma: Double

  /// One more than what 4 cells divide: differences are one fewer than pixels.
  private static let sides = [33, 17]
  /// Places along a side in which changes are added up.
  private static let cells = 4
  /// Places along a side of which the brightness itself is kept.
  private static let places = 8

  init(of images: [Int], in store: DeviceStore) {
    func squares(_ side: Int) -> Tensor {
      let parts = stride(from: 0, to: images.count, by: 256).map { start in
        let part = Array(images[start..<Swift.min(start + 256, images.count)])
        let boxes = part.map { store.canvas(of: $0).centreSquare }
        return store.resizedCrops(indices: part, boxes: boxes, size: side).to(.cpu).to(.float32)
      }
      return concatenated(parts)
    }
    let pictures = (Self.sides + [Self.places]).map(squares)
    let colour = pictures[0]
    let channels = store.channels
    meanColour = colour.mean(over: 2, 3)
    chroma =
      channels == 1
      ? 0
      : Double(
        (colour.sliced(1..<channels, along: 1) - colour.sliced(0..<channels - 1, along: 1))
          .abs().mean().scalar)
    grey = pictures.map { picture in
      let grey = picture.mean(over: 1)
      let mean = grey.mean(over: 1, 2, keepingAxes: true)
      let variance = (grey - mean).square().mean(over: 1, 2, keepingAxes: true)
      // A grey level more, so that a plain image's noise stays small.
      return (grey - mean) / (variance.sqrt() + 1)
    }
  }

  /// How images may be turned.
  enum Turn {
    case not, leftRight, upsideDown, aQuarter

    func callAsFunction(_ pictures: Tensor) -> Tensor {
      switch self {
      case .not: pictures
      case .leftRight: pictures.flipped(2)
      case .upsideDown: pictures.flipped(1)
      case .aQuarter: pictures.transposed().flipped(1)
      }
    }
  }

  /// Changes of brightness, `[N, 64]`, on a logarithmic scale.
  func changes(_ turn: Turn) -> Tensor {
    concatenated(
      grey.dropLast().flatMap { grey -> [Tensor] in
        let picture = turn(grey)
        let count = picture.size(1) - 1
        let rows = (picture.sliced(1..<count + 1, along: 1) - picture.sliced(0..<count, along: 1))
          .sliced(0..<count, along: 2)
        let columns =
          (picture.sliced(1..<count + 1, along: 2) - picture.sliced(0..<count, along: 2))
          .sliced(0..<count, along: 1)
        return [rows, columns].map { change in
          let cell = count / Self.cells
          return
            (change.abs().reshaped(-1, Self.cells, cell, Self.cells, cell).mean(over: 2, 4)
            + 0.02).log().flattened(from: 1)
        }
      }, along: 1)
  }

  /// Changes of brightness and brightness itself, `[N, 128]`.
  func features(_ turn: Turn) -> Tensor {
    let brightness = grey[grey.count - 1]
    return concatenated(
      [changes(turn), turn(brightness).contiguous().flattened(from: 1)], along: 1)
  }

  /// How much of the images' contrast is in their mean image, 0...1.
  var sharedLayout: Double {
    Double(grey[0].mean(over: 0).square().mean().sqrt().scalar)
  }
}
