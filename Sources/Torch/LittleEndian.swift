extension RangeReplaceableCollection<UInt8> {
  /// Appends a number, the lowest byte first.
  package mutating func append(little value: some FixedWidthInteger) {
    Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
  }
}
