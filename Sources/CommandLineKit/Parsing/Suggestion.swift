/// "Did you mean '--epochs'?" for the nearest candidate, or nil when none is near.
func didYouMean(_ word: String, among candidates: [String]) -> String? {
  let near = candidates.map { ($0, editDistance(word.lowercased(), $0.lowercased())) }
    .filter { candidate, distance in
      // A third of the letters may differ; a beginning of at least three letters is meant as such.
      distance <= max(1, (word.count + 1) / 3) || (word.count >= 3 && candidate.hasPrefix(word))
    }
    .min { $0.1 < $1.1 }
  return near.map { "Did you mean '\($0.0)'?" }
}

/// Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`.
func editDistance(_ a: String, _ b: String) -> Int {
  let a = Array(a)
  let b = Array(b)
  if a.isEmpty || b.isEmpty { return max(a.count, b.count) }
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in 1...a.count {
    var row = [i]
    for j in 1...b.count {
      let same = a[i - 1] == b[j - 1]
      var best = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1))
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] {
        best = min(best, beforeLast[j - 2] + 1)
      }
      row.append(best)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
