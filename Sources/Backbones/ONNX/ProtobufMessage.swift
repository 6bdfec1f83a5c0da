import Foundation
import Torch

/// A message in the wire format of Protocol Buffers, as far as ONNX needs it: fields by number, each
/// a varint, four bytes or a length and that many bytes.
struct ProtobufMessage {
  private(set) var data = Data()

  /// A whole number; negative ones take ten bytes.
  mutating func add(_ field: Int, _ value: Int) {
    varint(UInt64(field << 3))
    varint(UInt64(bitPattern: Int64(value)))
  }

  /// A `float`.
  mutating func add(_ field: Int, _ value: Float) {
    varint(UInt64(field << 3 | 5))
    data.append(little: value.bitPattern)
  }

  /// Bytes.
  mutating func add(_ field: Int, bytes: some Collection<UInt8>) {
    varint(UInt64(field << 3 | 2))
    varint(UInt64(bytes.count))
    data.append(contentsOf: bytes)
  }

  /// A text.
  mutating func add(_ field: Int, _ text: String) { add(field, bytes: text.utf8) }

  /// A message inside this one.
  mutating func add(_ field: Int, _ message: ProtobufMessage) { add(field, bytes: message.data) }

  /// Seven bits a byte, the lowest first; the upper bit says that more follow.
  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      data.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    data.append(UInt8(rest))
  }
}
