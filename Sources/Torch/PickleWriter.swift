/// Writes the opcodes of Python's pickle, protocol 2, as far as a state dictionary needs them.
struct PickleWriter {
  private(set) var bytes: [UInt8] = [0x80, 2]

  /// Appends an opcode without operand.
  mutating func add(_ opcode: Opcode) { bytes.append(opcode.rawValue) }

  /// Opcodes without operand.
  enum Opcode: UInt8 {
    /// Begins the elements of a tuple or the items of a dictionary.
    case mark = 0x28
    /// Ends a tuple.
    case tuple = 0x74
    /// The empty tuple.
    case emptyTuple = 0x29
    /// Calls a function with a tuple.
    case reduce = 0x52
    /// Looks up what lies outside the pickle.
    case persistent = 0x51
    /// False.
    case `false` = 0x89
    /// Puts the items since the mark into the dictionary before it.
    case setItems = 0x75
    /// Ends the pickle.
    case stop = 0x2E
  }

  /// Appends a class or function by its module and name.
  mutating func add(global module: String, _ name: String) {
    bytes += [UInt8(ascii: "c")] + Array("\(module)\n\(name)\n".utf8)
  }

  /// Appends a text.
  mutating func add(_ text: String) {
    bytes.append(UInt8(ascii: "X"))
    bytes.append(little: UInt32(text.utf8.count))
    bytes += Array(text.utf8)
  }

  /// Appends a whole number.
  mutating func add(_ number: Int) {
    if let byte = UInt8(exactly: number) {
      bytes += [UInt8(ascii: "K"), byte]
    } else if let small = Int32(exactly: number) {
      bytes.append(UInt8(ascii: "J"))
      bytes.append(little: small)
    } else {
      bytes += [0x8A, 8]
      bytes.append(little: Int64(number))
    }
  }

  /// Appends a tuple of whole numbers.
  mutating func add(_ numbers: [Int]) {
    add(.mark)
    for number in numbers { add(number) }
    add(.tuple)
  }
}
