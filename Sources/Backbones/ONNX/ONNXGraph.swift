import Torch
import TorchNN

/// An ONNX graph in the making: layers are added in the order of their use, and each gives the name
/// of what it computes, which the next ones take. Field numbers are those of `onnx.proto` (IR 8).
struct ONNXGraph {
  /// What a node is set to.
  enum Attribute {
    case int(Int)
    case ints([Int])
    case float(Double)
  }

  private var message = ProtobufMessage()
  private var nodeCount = 0
  private var written: Set<String> = []
  private let names: [ObjectIdentifier: String]

  /// An empty graph, whose weights have the names they have in the state of `network`.
  init(_ network: Module) {
    let parameters = network.parameters.map { (ObjectIdentifier($0.parameter), $0.name) }
    let buffers = network.buffers.map { (ObjectIdentifier($0.buffer), $0.name) }
    names = Dictionary(parameters + buffers, uniquingKeysWith: { first, _ in first })
    message.add(2, "backbone")
  }

  /// Adds a node and names its output after it.
  mutating func add(
    _ operation: String, _ inputs: [String], _ attributes: KeyValuePairs<String, Attribute> = [:],
    output: String? = nil
  ) -> String {
    let name = "\(operation)_\(nodeCount)"
    nodeCount += 1
    var node = ProtobufMessage()
    for input in inputs { node.add(1, input) }
    node.add(2, output ?? name)
    node.add(3, name)
    node.add(4, operation)
    for (key, value) in attributes { node.add(5, ONNXGraph.attribute(key, value)) }
    message.add(1, node)
    return output ?? name
  }

  /// The name of a parameter, whose values become part of the graph.
  mutating func weight(_ parameter: Parameter) -> String {
    weight(parameter.value, named: names[ObjectIdentifier(parameter)])
  }

  /// The name of a buffer, whose values become part of the graph.
  mutating func weight(_ buffer: Buffer) -> String {
    weight(buffer.value, named: names[ObjectIdentifier(buffer)])
  }

  /// The name of a list of whole numbers, or of one where `isScalar`.
  mutating func constant(_ values: [Int], isScalar: Bool = false) -> String {
    let text = values.map(String.init).joined(separator: ",")
    return initializer(
      isScalar ? "int_\(text)" : "ints_\(text)", Tensor(values, shape: isScalar ? [] : nil))
  }

  /// The name of a number.
  mutating func constant(_ value: Double) -> String {
    initializer("float_\(value)", .full([], value))
  }

  /// Adds the graph's input, `float` of `shape`; a text stands for a size that is open.
  mutating func input(_ name: String, _ shape: [Size]) {
    message.add(11, ONNXGraph.value(name, shape))
  }

  /// Adds the graph's output.
  mutating func output(_ name: String, _ shape: [Size]) {
    message.add(12, ONNXGraph.value(name, shape))
  }

  /// A size that is known, or open under a name.
  enum Size {
    case fixed(Int)
    case open(String)
  }

  /// A whole model: this graph, and what readers are told about it.
  func model(version: String, description: String, notes: [(String, String)]) -> ProtobufMessage {
    var model = ProtobufMessage()
    model.add(1, 8)
    model.add(2, "Glean")
    model.add(3, version)
    model.add(6, description)
    model.add(7, message)
    var operators = ProtobufMessage()
    operators.add(1, "")
    operators.add(2, 17)
    model.add(8, operators)
    for (key, value) in notes {
      var note = ProtobufMessage()
      note.add(1, key)
      note.add(2, value)
      model.add(14, note)
    }
    return model
  }

  private mutating func weight(_ value: Tensor, named name: String?) -> String {
    guard let name else {
      preconditionFailure("ONNXGraph: a weight that is not of the network it was made for")
    }
    return initializer(name, value)
  }

  /// Adds values under a name, once.
  private mutating func initializer(_ name: String, _ value: Tensor) -> String {
    guard written.insert(name).inserted else { return name }
    let isInteger = value.dtype == .int64
    var tensor = ProtobufMessage()
    for size in value.shape { tensor.add(1, size) }
    tensor.add(2, isInteger ? 7 : 1)
    tensor.add(8, name)
    tensor.add(9, bytes: (isInteger ? value : value.to(.float32)).bytes)
    message.add(5, tensor)
    return name
  }

  private static func attribute(_ name: String, _ value: Attribute) -> ProtobufMessage {
    var attribute = ProtobufMessage()
    attribute.add(1, name)
    switch value {
    case .float(let number):
      attribute.add(2, Float(number))
      attribute.add(20, 1)
    case .int(let number):
      attribute.add(3, number)
      attribute.add(20, 2)
    case .ints(let numbers):
      for number in numbers { attribute.add(8, number) }
      attribute.add(20, 7)
    }
    return attribute
  }

  private static func value(_ name: String, _ sizes: [Size]) -> ProtobufMessage {
    var shape = ProtobufMessage()
    for size in sizes {
      var dimension = ProtobufMessage()
      switch size {
      case .fixed(let count): dimension.add(1, count)
      case .open(let name): dimension.add(2, name)
      }
      shape.add(1, dimension)
    }
    var tensor = ProtobufMessage()
    tensor.add(1, 1)
    tensor.add(2, shape)
    var type = ProtobufMessage()
    type.add(1, tensor)
    var value = ProtobufMessage()
    value.add(1, name)
    value.add(2, type)
    return value
  }
}
