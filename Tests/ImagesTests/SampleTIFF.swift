/// An uncompressed TIFF file, as instruments and satellites write them: one strip, little-endian.
struct SampleTIFF {
  enum Samples {
    case bytes([UInt8])
    case words([UInt16])
    case floats([Float])
  }

  var width: Int
  var height: Int
  var channels = 1
  var samples: Samples
  /// 1: grey, 2: RGB.
  var photometric = 1
  /// What the channels beyond the photometric ones are: 0 not said, 2 alpha; nil leaves the tag out.
  var extra: UInt16?
  /// Further images in the file, of the same form.
  var pages: [Samples] = []

  var bytes: [UInt8] {
    var file: [UInt8] = [0x49, 0x49, 42, 0]
    var link = file.count
    file += number(0, 4)
    for page in [samples] + pages {
      let data = raw(page)
      let start = file.count
      file += data.bytes + (data.bytes.count % 2 == 0 ? [] : [0])
      var entries: [(tag: Int, type: Int, values: [Int])] = [
        (256, 4, [width]), (257, 4, [height]),
        (258, 3, Array(repeating: data.bits, count: channels)), (259, 3, [1]),
        (262, 3, [photometric]), (273, 4, [start]), (277, 3, [channels]), (278, 4, [height]),
        (279, 4, [data.bytes.count]), (284, 3, [1]),
      ]
      if let extra {
        let count = channels - (photometric == 2 ? 3 : 1)
        entries.append((338, 3, Array(repeating: Int(extra), count: count)))
      }
      entries.append((339, 3, Array(repeating: data.format, count: channels)))
      var fields: [UInt8] = []
      for entry in entries {
        let size = entry.type == 3 ? 2 : 4
        var values = entry.values.flatMap { number($0, size) }
        if values.count > 4 {
          let place = file.count
          file += values
          values = number(place, 4)
        }
        fields += number(entry.tag, 2) + number(entry.type, 2) + number(entry.values.count, 4)
        fields += values + Array(repeating: 0, count: 4 - values.count)
      }
      file.replaceSubrange(link..<link + 4, with: number(file.count, 4))
      file += number(entries.count, 2) + fields
      link = file.count
      file += number(0, 4)
    }
    return file
  }

  private func raw(_ samples: Samples) -> (bytes: [UInt8], bits: Int, format: Int) {
    switch samples {
    case .bytes(let values): (values, 8, 1)
    case .words(let values): (values.flatMap { number(Int($0), 2) }, 16, 1)
    case .floats(let values): (values.flatMap { number(Int($0.bitPattern), 4) }, 32, 3)
    }
  }

  private func number(_ value: Int, _ bytes: Int) -> [UInt8] {
    (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
