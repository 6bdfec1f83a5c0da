/// Words of a command that is shown to be typed again.
public enum ShellWord {
  /// `word` as a shell reads it back: in quotes where it has a space or another sign that a shell
  /// treats specially.
  public static func quoted(_ word: String) -> String {
    let plain = word.utf8.allSatisfy {
      switch $0 {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
        true
      default: "-_./=,:+@%".utf8.contains($0)
      }
    }
    return plain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }
}
