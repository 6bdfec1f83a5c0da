extension StoreBuilder {
  /// How many images the ranges are taken from.
  static let rangeSample = 256
  /// How many pixels of each.
  private static let rangePixels = 4096

  /// The values that become 0 and 255 in each channel, one scale for the whole set: as asked for,
  /// or the range of a sample of the training images but for 0.5% at either end. Nil where no image
  /// has more than 8 bits.
  func ranges(of sources: [Source], _ shape: StoreShape) -> [PixelRange]? {
    let deep = sources.filter { $0.header.form == .deep }
    if deep.isEmpty { return nil }
    if let range = options.range {
      let range = PixelRange(low: range.lowerBound, high: range.upperBound)
      return Array(repeating: range, count: shape.channels)
    }
    let training = deep.filter { $0.entry.split == .train }
    var generator = SeededGenerator(seed: 0, stream: 6)
    let sample = generator.shuffled(training.isEmpty ? deep : training).prefix(Self.rangeSample)
    let pixels = self.pixels
    let chosen = Array(sample)
    let images = parallelMap(chosen.count) { index -> PixelValues? in
      try? pixels.values(of: chosen[index].entry, header: chosen[index].header, in: shape)
    }
    var values = [[Float]](repeating: [], count: shape.channels)
    for image in images.compactMap(\.self) {
      let count = image.values.count / image.channels
      for pixel in stride(from: 0, to: count, by: max(1, count / Self.rangePixels)) {
        for channel in 0..<image.channels {
          values[channel].append(image.values[pixel * image.channels + channel])
        }
      }
    }
    return values.map { PixelRange(of: $0) }
  }
}
