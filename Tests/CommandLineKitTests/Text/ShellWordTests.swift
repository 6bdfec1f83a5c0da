import CommandLineKit
import Testing

@Suite struct ShellWordTests {
  @Test func wordsThatAShellWouldSplitAreQuoted() {
    #expect(ShellWord.quoted("runs/a-b_1.jsonl") == "runs/a-b_1.jsonl")
    #expect(ShellWord.quoted("my photos") == "'my photos'")
    #expect(ShellWord.quoted("it's $HOME") == #"'it'\''s $HOME'"#)
    #expect(ShellWord.quoted("") == "''")
    #expect(ShellWord.quoted("Bäume") == "Bäume")
  }
}
