import CommandLineKit

/// What was typed, as it can be typed again; of a shard, what makes the whole.
var commandLine: String {
  var words = Array(CommandLine.arguments.dropFirst())
  if words.contains(where: { $0.hasPrefix("--shard") }) {
    for option in ["--shard", "--out"] {
      words.removeAll { $0.hasPrefix(option + "=") }
      if let place = words.firstIndex(of: option) {
        words.removeSubrange(place..<min(place + 2, words.count))
      }
    }
  }
  return (["glean"] + words.map(ShellWord.quoted)).joined(separator: " ")
}
