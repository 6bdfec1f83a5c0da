/// What a pickle asks to have made from its globals. Nothing is called: each case describes data.
extension PickleReader {
  func global(_ module: String, _ name: String) throws(Malformed) -> PickleItem {
    if module == "torch", PickleGlobal.dtypes.contains(name) { return .string("torch.\(name)") }
    guard let global = PickleGlobal(module: module, name: name) else {
      throw Malformed(
        "it holds \(module.prefix(80)).\(name.prefix(80)), which is neither a tensor nor plain "
          + "data, and Glean runs no code of a file. If you trust the file, re-save only its state "
          + "dict in Python: torch.save(checkpoint['state_dict'], 'weights.pth'), or, of a whole "
          + "network, torch.save(network.state_dict(), 'weights.pth')")
    }
    return .global(global)
  }

  mutating func call(_ callee: PickleItem, _ tuple: PickleItem) throws(Malformed) -> PickleItem {
    guard case .global(let global) = callee, let arguments = items(of: tuple, .tuple) else {
      throw Malformed("its pickle calls what cannot be called")
    }
    switch global {
    case .orderedDict: return make(.dict, try pairs(arguments))
    case .namespace where arguments.isEmpty: return make(.namespace)
    case .arguments: return tuple
    case .size where arguments.count == 1: return arguments[0]
    case .rebuildTensor: return try tensor(arguments)
    case .rebuildParameter:
      if case .tensor? = arguments.first { return arguments[0] }
    case .encode:
      if case .string? = arguments.first { return arguments[0] }
    case .numpyType:
      if case .string(let type)? = arguments.first { return .numpyType(type) }
    case .numpyScalar:
      guard arguments.count == 2, case .numpyType(let type) = arguments[0],
        case .string(let bytes) = arguments[1]
      else { break }
      guard let number = PickleGlobal.number(type, latin1: bytes) else {
        throw Malformed("it holds a number of numpy's type '\(type.prefix(8))'; re-save it without")
      }
      return number
    case .storage, .namespace, .size: break
    }
    throw Malformed("its pickle calls \(global) with \(arguments.count) arguments that do not fit")
  }

  /// Gives an object its attributes.
  mutating func build(_ object: PickleItem, _ state: PickleItem) throws(Malformed) {
    switch object {
    case .node(let index) where nodes[index].kind == .namespace && nodes[index].items.isEmpty:
      if items(of: state, .dict) != nil {
        nodes[index].items = [state]
        return
      }
    // An ordered dict's attributes, such as the `_metadata` of a state dict.
    case .node(let index) where nodes[index].kind == .dict: return
    case .numpyType:
      if let parts = items(of: state, .tuple), parts.count > 1, case .string(let order) = parts[1],
        order == "<" || order == "|"
      {
        return
      }
    default: break
    }
    throw Malformed("its pickle gives attributes to what has none")
  }

  /// A storage from `("storage", class, key, device, count)`, to which files before torch 1.6 add
  /// `None` or `(key, offset, count)`, a window on it.
  mutating func storage(_ id: PickleItem) throws(Malformed) -> PickleItem {
    guard let parts = items(of: id, .tuple), parts.count == 5 || parts.count == 6,
      case .string("storage") = parts[0], case .global(.storage(let type)) = parts[1],
      case .string(let key) = parts[2], key.utf8.count <= 100, case .int(let count) = parts[4]
    else { throw Malformed("its pickle refers to something else than a tensor's storage") }
    var storage = StorageReference(key: key, type: type, count: count)
    if parts.count == 6, let window = items(of: parts[5], .tuple), window.count == 3,
      case .int(let start) = window[1], case .int(let size) = window[2]
    {
      guard start >= 0, size >= 0, start <= count, size <= count - start else {
        throw Malformed("storage \(key) is smaller than a part of it")
      }
      (storage.start, storage.count) = (start, size)
    }
    storages.append(storage)
    return .storage(storages.count - 1)
  }

  /// A tensor from `(storage, offset, shape, strides, …)`; the rest concerns gradients.
  private mutating func tensor(_ arguments: [PickleItem]) throws(Malformed) -> PickleItem {
    guard arguments.count >= 4, case .storage(let storage) = arguments[0],
      case .int(let offset) = arguments[1], let shape = sizes(arguments[2]),
      let strides = sizes(arguments[3]), shape.count == strides.count
    else {
      throw Malformed(
        "a tensor's shape and strides are not lists of integers, "
          + "or have more than \(TensorReference.rankLimit) dimensions")
    }
    tensors.append(
      TensorReference(
        storage: storages[storage], offset: offset, shape: shape, strides: strides))
    return .tensor(tensors.count - 1)
  }

  private func sizes(_ item: PickleItem) -> [Int]? {
    guard let items = items(of: item, .tuple), items.count <= TensorReference.rankLimit else {
      return nil
    }
    let sizes = items.compactMap { if case .int(let size) = $0 { size } else { nil } }
    return sizes.count == items.count ? sizes : nil
  }

  /// Keys and values in turn, from the list of pairs that Python 2 hands to an ordered dict.
  private mutating func pairs(_ arguments: [PickleItem]) throws(Malformed) -> [PickleItem] {
    guard let first = arguments.first else { return [] }
    var result: [PickleItem] = []
    for pair in items(of: first, .list) ?? [] {
      guard let pair = items(of: pair, .list) ?? items(of: pair, .tuple), pair.count == 2 else {
        throw Malformed("its pickle makes a dict of what are no pairs")
      }
      result += pair
    }
    // Else one list could be copied by every few bytes of the file.
    copied += result.count
    guard copied <= PickleReader.opcodeLimit else { throw Malformed("its pickle repeats a list") }
    return result
  }

  private func items(of item: PickleItem, _ kind: Node.Kind) -> [PickleItem]? {
    guard case .node(let index) = item, nodes[index].kind == kind else { return nil }
    return nodes[index].items
  }
}
