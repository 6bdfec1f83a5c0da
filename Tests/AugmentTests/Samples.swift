import Torch

@testable import Augment

/// Images with a value of (37 y + 91 x + 53 c + 17 + 101 n) mod 256 at row y, column x, channel c of
/// image n: those of the tables that torchvision 0.29 computed.
func sampleStore(
  count: Int = 1, height: Int, width: Int, channels: Int = 3, aspectRatios: [Float]? = nil,
  labels: [Int?]? = nil
) -> DeviceStore {
  var bytes: [UInt8] = []
  for n in 0..<count {
    for y in 0..<height {
      for x in 0..<width {
        for c in 0..<channels {
          bytes.append(UInt8((37 * y + 91 * x + 53 * c + 17 + 101 * n) % 256))
        }
      }
    }
  }
  return DeviceStore(
    pixels: Tensor(bytes, shape: [count, height, width, channels]), aspectRatios: aspectRatios,
    labels: labels)
}

/// The values of normalised images `[B, C, H, W]` in 0...1, as `[B, H, W, C]`.
func values(_ images: Tensor, of store: DeviceStore) -> [Float] {
  (store.denormalized(images) / 255).permuted(0, 2, 3, 1).floats
}

/// The largest difference of two lists of one length.
func difference(_ a: [Float], _ b: [Float]) -> Float {
  a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
}
