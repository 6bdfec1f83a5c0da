import Foundation
import Testing

/// `glean export`: a run's weights as files of other programs.
@Suite(.serialized) struct ExportTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.noise(10)
  }

  private func pretrain() async throws {
    let run = try await place.glean(
      ["pretrain", "images", "--steps", "1", "--out", "run", "--quiet"] + tiny)
    #expect(run.code == 0, "\(run)")
  }

  @Test func aRunIsWrittenInEveryFormatAndSaysHowToLoadIt() async throws {
    try await pretrain()
    for (format, load, start) in [
      ("pth", "torch.load(\"run.pth\"", [0x50, 0x4B, 3, 4]),
      ("onnx", "InferenceSession(\"run.onnx\")", [8, 8]),
      ("safetensors", "load_file(\"run.safetensors\")", []),
    ] as [(String, String, [UInt8])] {
      let export = try await place.glean(["export", "run", "--format", format])
      #expect(export.code == 0 && export.output == "run.\(format)\n", "\(export)")
      #expect(export.errors.contains(load), "\(export)")
      #expect(export.errors.contains("Its input: pixels / 255, minus ["), "\(export)")
      #expect(try Array(place.bytes("run.\(format)").prefix(start.count)) == start)
    }
    let copy = try await place.glean(["embed", "images", "--weights", "run.safetensors"])
    #expect(copy.code == 0, "\(copy)")
    #expect(try place.bytes("run.safetensors").range(of: Data(#""format":"pt""#.utf8)) != nil)
  }

  @Test func jsonHoldsTheFileAndItsInput() async throws {
    try await pretrain()
    let export = try await place.glean(
      ["export", "run/backbone.safetensors", "--format", "pth", "--out", "a.pth", "--json"])
    let result = try #require(try export.json as? [String: Any], "\(export)")
    #expect(result["file"] as? String == "a.pth" && result["features"] as? Int == 16)
    let input = try #require(result["normalisation"] as? [String: [Double]])
    #expect(input["mean"]?.count == 3 && input["std"]?.count == 3)
    #expect(export.errors.isEmpty)
  }

  @Test func aRunLeavesAModelCardThatIsKeptOnceFilledIn() async throws {
    try await pretrain()
    let card = try place.text("run/README.md")
    #expect(card.contains("| images | images, N = 10 |"))
    try place.write(Array("license: mit".utf8), to: "run/README.md")
    try await pretrain()
    #expect(try place.text("run/README.md") == "license: mit")
  }

  @Test func whatCannotBeExportedIsNamedWithItsMend() async throws {
    try await pretrain()
    let before = try place.bytes("run/backbone.safetensors")
    for (arguments, message) in [
      (["nowhere", "--format", "pth"], "nowhere does not exist; give a run that"),
      (["run"], "--format"), (["run", "--format", "pt"], "safetensors, pth, onnx"),
      (["run", "--format", "pth", "--out", "a.onnx"], "--format pth writes .pth files"),
      (["run", "--format", "pth", "--out", "no/a.pth"], "make it first"),
      (
        ["run", "--format", "safetensors", "--out", "run/backbone.safetensors"],
        "is the file to be exported; give another --out"
      ),
    ] {
      let export = try await place.glean(["export"] + arguments)
      #expect(export.code == 64 && export.isOrderly, "\(export)")
      #expect(export.errors.contains(message) && export.output.isEmpty, "\(export)")
    }
    #expect(try place.bytes("run/backbone.safetensors") == before)

    try place.write(before.prefix(1000), to: "cut.safetensors")
    let cut = try await place.glean(["export", "cut.safetensors", "--format", "pth"])
    #expect(cut.code == 1 && cut.isOrderly, "\(cut)")
    #expect(cut.errors.contains("/cut.safetensors: ") && !place.exists("cut.pth"), "\(cut)")
  }
}
