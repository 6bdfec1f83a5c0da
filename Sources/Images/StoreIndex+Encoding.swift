import Foundation

extension StoreIndex {
  /// The index as JSON, encoded a column at a time: an encoder holds each number of what it encodes as
  /// an object of its own, which for all columns of a large set at once takes a kilobyte an image.
  func encoded() throws -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var frame = self
    frame.images = Images()
    let name = Data("\"images\":".utf8)
    // Quotes within texts are escaped, so this stands in one place.
    let placeholder = name + (try encoder.encode(frame.images))
    var json = try encoder.encode(frame)
    guard let place = json.range(of: placeholder) else { return try encoder.encode(self) }
    json.replaceSubrange(place, with: name + (try images.encoded(by: encoder)))
    return json
  }
}

extension StoreIndex.Images {
  /// What `encoder` would make of all columns.
  fileprivate func encoded(by encoder: JSONEncoder) throws -> Data {
    let columns: [(String, (any Encodable)?)] = [
      ("bytes", bytes), ("colours", colours), ("digests", digests), ("forms", forms),
      ("groups", groups), ("heights", heights), ("labels", labels), ("masks", masks),
      ("modified", modified), ("paths", paths), ("splits", splits), ("tags", tags),
      ("values", values), ("widths", widths),
    ]
    var json = Data("{".utf8)
    for case (let name, let column?) in columns {
      if json.count > 1 { json.append(UInt8(ascii: ",")) }
      json += Data("\"\(name)\":".utf8) + (try encoder.encode(column))
    }
    return json + Data("}".utf8)
  }
}
