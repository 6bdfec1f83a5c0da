/// Groups in the order in which they first come, where a dictionary has none.
extension Sequence {
  /// The elements by what `key` says of them, in order.
  package func grouped<Key: Hashable>(
    by key: (Element) -> Key
  ) -> [(key: Key, members: [Element])] {
    var places: [Key: Int] = [:]
    var groups: [(key: Key, members: [Element])] = []
    for element in self {
      let name = key(element)
      if let place = places[name] {
        groups[place].members.append(element)
      } else {
        places[name] = groups.count
        groups.append((name, [element]))
      }
    }
    return groups
  }

  /// The first element of each group, in order.
  package func uniqued<Key: Hashable>(on key: (Element) -> Key) -> [Element] {
    var seen: Set<Key> = []
    return filter { seen.insert(key($0)).inserted }
  }
}

extension Sequence where Element: Hashable {
  /// Each element once, in order.
  package func uniqued() -> [Element] { uniqued { $0 } }
}
