import Foundation
import Testing

@testable import Images

/// What a general decoder makes of the same line.
private struct Reference: Decodable {
  var text: String

  init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let text = try? value.decode(String.self) {
      self.text = text
    } else if let flag = try? value.decode(Bool.self) {
      text = flag ? "1" : "0"
    } else if let number = try? value.decode(Double.self) {
      text = Int(exactly: number).map { "\($0)" } ?? "\(number)"
    } else if value.decodeNil() {
      text = ""
    } else {
      text = try value.decode([Reference].self).map(\.text).joined(separator: "|")
    }
  }
}

private func fields(_ line: String) -> [String: String]? {
  JSONLine.fields(Array(line.utf8)[...]).map {
    Dictionary($0.map { ($0.name, $0.text) }, uniquingKeysWith: { $1 })
  }
}

struct JSONLineTests {
  @Test(arguments: [
    #"{}"#, #" { "a" : "b" , "c":1 } "#,
    #"{"n": -12.5e2, "z": 0, "w": 3.0, "i": 9007199254740993}"#,
    #"{"t": true, "f": false, "n": null, "l": [1, "x", [], ["y", null]]}"#,
    #"{"e": "\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00é😀"}"#, #"{"": ""}"#, #"{"p": "C:\\images\\ä.png"}"#,
  ])
  func readsWhatADecoderReads(line: String) throws {
    let expected = try JSONDecoder().decode([String: Reference].self, from: Data(line.utf8))
    #expect(fields(line) == expected.mapValues(\.text))
  }

  @Test(arguments: [
    "", "{", "[]", "1", #"{"a"}"#, #"{"a":}"#, #"{"a":1,}"#, #"{"a":01}"#, #"{"a":1.}"#,
    #"{"a":-}"#,
    #"{"a":1e}"#, #"{"a":1e999}"#, #"{"a":"\x"}"#, #"{"a":"\ud800"}"#, #"{"a":"\u12g4"}"#,
    #"{"a":"b}"#, "{\"a\":\"\u{1}\"}", #"{"a":tru}"#, #"{"a":{"b":1}}"#, #"{"a":1} x"#, #"{a:1}"#,
    #"{"a":[1,]}"#, #"{"a":[1 2]}"#,
  ])
  func refusesWhatIsNoRow(line: String) {
    #expect(fields(line) == nil)
  }

  @Test func listsWithoutEndAreRefused() {
    let deep = #"{"a":"# + String(repeating: "[", count: 100_000)
    #expect(fields(deep) == nil)
  }

  /// Bytes changed at random: what is taken must be what a decoder takes, and the same.
  @Test func damagedLinesAreRefusedOrReadAsADecoderReadsThem() throws {
    let sample = Array(#"{"path": "a\u00e9\\.png", "x": [-1.5e1, true, "|"], "n": null}"#.utf8)
    var generator = SeededGenerator(seed: 3)
    var accepted = 0
    for _ in 0..<20_000 {
      var bytes = sample
      for _ in 0...Int.random(in: 0...1, using: &generator) {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        let marks = Array(#"{}[],:"\ 0e-u"#.utf8)
        bytes[place] = marks[Int.random(in: 0..<marks.count, using: &generator)]
      }
      guard let found = JSONLine.fields(bytes[...]) else { continue }
      let names = Set(found.map(\.name))
      guard names.count == found.count else { continue }  // of two values a decoder may take either
      accepted += 1
      let expected = try? JSONDecoder().decode([String: Reference].self, from: Data(bytes))
      #expect(
        expected?.mapValues(\.text)
          == Dictionary(uniqueKeysWithValues: found.map { ($0.name, $0.text) }),
        "\(String(decoding: bytes, as: UTF8.self))")
    }
    #expect(accepted > 500)
  }
}

/// Tables of random rows, written by the rules and read back.
struct RandomManifestTests {
  private let pieces = [
    "a", "é", "日本", "'", "\"", ",", ";x", " b", "\\", "C:\\x\\", "..", "%", "|", "\t", "😀", "-",
    "#",
  ]

  private func quoted(_ text: String) -> String {
    "\"" + text.replacing("\"", with: "\"\"") + "\""
  }

  @Test(arguments: 0..<40)
  func rowsAreReadAsTheyWereWrittenOrTheFaultIsNamed(seed: Int) throws {
    var generator = SeededGenerator(seed: UInt64(seed))
    func pick(_ count: Int) -> Int { Int.random(in: 0..<count, using: &generator) }
    let names = Set(
      (0..<5).map { number in
        (0...pick(3)).map { _ in pieces[pick(pieces.count)] }.joined() + "\(number).png"
      }
    ).sorted()
    let labels = names.map { _ in ["x", "y, z", "\"q\"", "é"][pick(4)] }
    let (isLines, isMissing, isTwice) = (pick(2) == 1, pick(4) == 0, pick(4) == 0)
    var listed = Array(zip(names, labels))
    if isMissing { listed.append(("missing.png", "x")) }
    if isTwice { listed.append(listed[0]) }

    try withTemporaryFolder { folder in
      for name in names { try write([1], to: "\(folder)/\(name)") }
      var text = pick(2) == 1 ? "\u{FEFF}" : ""
      if isLines {
        for (name, label) in listed {
          let object = try JSONEncoder().encode(["path": name, "label": label])
          text += String(decoding: object, as: UTF8.self) + "\n"
        }
      } else {
        let end = ["\n", "\r\n", "\r"][pick(3)]
        text +=
          (["path,label"] + listed.map { quoted($0.0) + "," + quoted($0.1) })
          .joined(separator: end)
      }
      try write(text.utf8, to: "\(folder)/labels.\(isLines ? "jsonl" : "csv")")
      do {
        let listing = try ImageSource.scan(folder)
        #expect(!isMissing && !isTwice)
        let found = listing.entries.map { entry in
          "\(entry.path) \(entry.label.map { listing.classes[$0] } ?? "")"
        }
        #expect(found.sorted() == zip(names, labels).map { "\($0) \($1)" }.sorted())
      } catch {
        #expect(isMissing || isTwice, "\(error)")
        let says = "\(error)"
        #expect(says.contains("line ") && (says.contains("already") || says.contains("not exist")))
      }
    }
  }
}
