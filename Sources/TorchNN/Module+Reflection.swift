import Torch

extension Module {
  /// Parameters, buffers and modules among the stored properties, by state-dictionary name, with
  /// those of base classes first.
  var fields: [(name: String, value: Any)] {
    var mirrors: [Mirror] = []
    var next: Mirror? = Mirror(reflecting: self)
    while let mirror = next {
      mirrors.insert(mirror, at: 0)
      next = mirror.superclassMirror
    }
    let names = stateNames
    return mirrors.flatMap(\.children).flatMap { child -> [(String, Any)] in
      let property = (child.label ?? "").replacing("$__lazy_storage_$_", with: "")
      let name = names[property] ?? Module.snakeCase(property)
      return Module.state(of: child.value, name: name, property: property, in: self)
    }
  }

  private static func state(
    of value: Any, name: String, property: String, in owner: Module
  ) -> [(String, Any)] {
    if value is Parameter || value is Buffer || value is Module { return [(name, value)] }
    if value is any UnownedReference { return [] }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .optional:
      guard let wrapped = mirror.children.first?.value else { return [] }
      return state(of: wrapped, name: name, property: property, in: owner)
    case .collection where value is [Module] || value is [Parameter] || value is [Buffer]:
      return mirror.children.enumerated().map { index, element in
        (name.isEmpty ? "\(index)" : "\(name).\(index)", element.value)
      }
    default:
      precondition(
        !holdsState(value, depth: 3),
        "\(type(of: owner)).\(property): \(type(of: value)) hides tensors; use Parameter, Buffer, "
          + "Module or arrays of them")
      return []
    }
  }

  /// Whether a plain value has tensors or cells inside, which would be lost.
  private static func holdsState(_ value: Any, depth: Int) -> Bool {
    if value is Tensor { return true }
    if value is Parameter || value is Buffer || value is Module { return true }
    if depth == 0 { return false }
    return Mirror(reflecting: value).children.prefix(4).contains {
      holdsState($0.value, depth: depth - 1)
    }
  }

  /// `numBatchesTracked` → `num_batches_tracked`; digits stay with the word before them.
  static func snakeCase(_ name: String) -> String {
    var result = ""
    for character in name {
      if character.isUppercase, !result.isEmpty { result += "_" }
      result += character.lowercased()
    }
    return result
  }
}

protocol UnownedReference {}

/// A module that is referred to but belongs to another: its state is not counted here.
public struct Unowned<Value: Module>: UnownedReference {
  /// The module.
  public let module: Value

  /// Refers to a module without owning its state.
  public init(_ module: Value) { self.module = module }
}
