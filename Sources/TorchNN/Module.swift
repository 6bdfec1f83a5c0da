public import Torch

/// A trainable tensor. A cell, so that a module never holds a stale value.
public final class Parameter {
  /// The value: a leaf of the graph.
  public private(set) var value: Tensor
  /// Whether optimisers decay it: matrices and kernels, not biases and norms.
  public var decays: Bool { value.rank > 1 }

  /// A parameter with an initial value.
  public init(_ value: Tensor) {
    self.value = value.detached().requiringGradient()
  }

  /// Replaces the value, for example by one on another device; gradients are dropped.
  public func replace(_ value: Tensor) {
    self.value = value.detached().requiringGradient(self.value.requiresGradient)
  }

  /// Stops (or starts) training this parameter.
  public func freeze(_ frozen: Bool = true) { value.requiringGradient(!frozen) }
}

/// A tensor that is part of a module's state but not trained: running statistics, queues, centres.
public final class Buffer {
  /// The value.
  public var value: Tensor

  /// A buffer with an initial value.
  public init(_ value: Tensor) { self.value = value }
}

/// A part of a network: its stored properties are its parameters, buffers and sub-modules.
///
/// Names follow the properties (`numBatchesTracked` becomes `num_batches_tracked`, an array of
/// modules `layer1.0`, `layer1.1`), which yields torchvision's and timm's state dictionaries.
/// Properties are found by reflection; a container that reflection does not understand traps rather
/// than hide parameters.
open class Module {
  /// Whether the module is in training (batch statistics, dropout) rather than in use.
  public private(set) var isTraining = true

  /// A module without state.
  public init() {}

  /// State-dictionary names that differ from the property's, by property name. An empty name leaves
  /// the level out.
  open var stateNames: [String: String] { [:] }

  /// Puts this module and those inside it into training or use.
  public func train(_ on: Bool = true) {
    isTraining = on
    for (_, child) in children { child.train(on) }
  }
}

// MARK: - State

extension Module {
  /// The modules directly inside, in order of declaration.
  public var children: [(name: String, module: Module)] {
    fields.compactMap { name, value in (value as? Module).map { (name, $0) } }
  }

  /// Every parameter with its path, own ones first, in order of declaration.
  public var parameters: [(name: String, parameter: Parameter)] {
    collect { ($0 as? Parameter) }
  }

  /// Every buffer with its path.
  public var buffers: [(name: String, buffer: Buffer)] { collect { $0 as? Buffer } }

  /// Every parameter and buffer with its path, in PyTorch's order: at each level parameters, then
  /// buffers, then sub-modules.
  public var state: [(name: String, tensor: Tensor)] {
    let fields = fields
    let own: [(String, Tensor)] =
      fields.compactMap { name, value in (value as? Parameter).map { (name, $0.value) } }
      + fields.compactMap { name, value in (value as? Buffer).map { (name, $0.value) } }
    return own
      + children.flatMap { child in
        child.module.state.map { (Module.join(child.name, $0.name), $0.tensor) }
      }
  }

  /// Moves parameters and buffers to a device.
  public func move(to device: Device) {
    for (_, parameter) in parameters { parameter.replace(parameter.value.to(device)) }
    for (_, buffer) in buffers { buffer.value = buffer.value.to(device) }
  }

  /// Lays convolution kernels out channels-last, as convolutions on such images like them.
  public func useChannelsLast() {
    for (_, parameter) in parameters where parameter.value.rank == 4 {
      parameter.replace(parameter.value.channelsLast())
    }
  }

  /// Stops training every parameter.
  public func freeze(_ frozen: Bool = true) {
    for (_, parameter) in parameters { parameter.freeze(frozen) }
  }

  /// Overwrites the state with `tensors`, by name.
  /// - Throws: ``WeightsError`` naming every tensor that is missing, extra or of another shape;
  ///   nothing is changed then.
  public func load(_ tensors: [String: Tensor]) throws(WeightsError) {
    let state = state
    var problems: [String] = []
    for (name, tensor) in state {
      if let given = tensors[name] {
        if given.shape != tensor.shape {
          problems.append("\(name) is \(given.shape), expected \(tensor.shape)")
        }
      } else {
        problems.append("\(name) is missing")
      }
    }
    let known = Set(state.map(\.name))
    problems += tensors.keys.filter { !known.contains($0) }.sorted().map {
      "\($0) is not known here"
    }
    guard problems.isEmpty else { throw .mismatch(problems) }
    withoutGradient {
      for (name, tensor) in state { if let given = tensors[name] { tensor.assign(given) } }
    }
  }

  private func collect<Found>(_ pick: (Any) -> Found?) -> [(String, Found)] {
    fields.flatMap { name, value -> [(String, Found)] in
      if let found = pick(value) { return [(name, found)] }
      guard let module = value as? Module else { return [] }
      return module.collect(pick).map { (Module.join(name, $0.0), $0.1) }
    }
  }

  private static func join(_ prefix: String, _ name: String) -> String {
    prefix.isEmpty ? name : "\(prefix).\(name)"
  }
}

/// Weights that do not fit a network.
public enum WeightsError: Error, CustomStringConvertible, Equatable {
  /// Every tensor that is missing, extra or of another shape.
  case mismatch([String])

  /// The tensors at fault, at most ten of them, and what to do.
  public var description: String {
    switch self {
    case .mismatch(let problems):
      let shown = problems.prefix(10).joined(separator: "\n  ")
      let rest = problems.count > 10 ? "\n  and \(problems.count - 10) more" : ""
      return
        "the weights do not fit this network; check backbone, width and stem:\n  \(shown)\(rest)"
    }
  }
}
