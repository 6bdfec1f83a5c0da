import CommandLineKit
import Testing

@testable import func CommandLineKit.displayWidth
@testable import func CommandLineKit.truncated
@testable import func CommandLineKit.wrap

@Suite struct TableTests {
  @Test func numbersStandRightAndTextLeft() {
    var table = Table(["method", "N", "accuracy", "note"])
    table.add(["simclr", "500", "50.5 ± 1.2", "resnet18"])
    table.add(["random", "12,000", "–", ""])
    #expect(
      table.render() == """
        method       N    accuracy  note
        ──────  ──────  ──────────  ────────
        simclr     500  50.5 ± 1.2  resnet18
        random  12,000           –

        """)
  }

  @Test func wideCharactersTakeTwoColumns() {
    var table = Table(["class", "images"], alignments: [.left, .left])
    table.add(["猫", "3"])
    table.add(["chat", "12"])
    #expect(
      table.render() == """
        class  images
        ─────  ──────
        猫     3
        chat   12

        """)
  }

  @Test(arguments: [("abc", 3), ("é", 1), ("e\u{301}", 1), ("猫", 2), ("🐈", 2), ("✔️", 2)])
  func widths(text: String, columns: Int) {
    #expect(displayWidth(text) == columns)
  }

  @Test func cutTextEndsInAnEllipsis() {
    #expect(truncated("abcdef", to: 4) == "abc…")
    #expect(truncated("猫猫猫", to: 4) == "猫…")
    #expect(truncated("abc", to: 3) == "abc")
    #expect(truncated("abc", to: 0) == "")
  }

  @Test func wrappingKeepsParagraphsAndIndentedLines() {
    #expect(
      wrap("one two three\n\n  kept as it is\nfour", width: 9, indent: 1)
        == " one two\n three\n\n   kept as it is\n four")
  }
}
