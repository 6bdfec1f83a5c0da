import Foundation
import Testing

/// `glean embed` and `glean evaluate`: what a backbone is worth.
@Suite(.serialized) struct FeaturesTests {
  private let place: Workplace

  init() throws {
    place = try Workplace()
    try place.shapes()
  }

  private let random = ["--backbone", "resnet18:width=2", "--image-size", "16", "--threads", "1"]

  @Test func aTableHasALineAnImageAndFiniteFeatures() async throws {
    let embed = try await place.glean(["embed", "images"] + random)
    #expect(embed.code == 0 && embed.output == "features.csv\n", "\(embed)")
    let lines = place.lines("features.csv").map { $0.split(separator: ",") }
    #expect(lines.count == 57)
    #expect(lines.first?.prefix(4) == ["path", "split", "label", "f0"])
    #expect(lines.first?.count == 3 + 16, "512 features at width 64 are 16 at width 2")
    for line in lines.dropFirst() {
      #expect(line.count == lines[0].count)
      #expect(line.dropFirst(3).allSatisfy { Float($0)?.isFinite == true })
      #expect(line[0].hasPrefix("\(line[1])/\(line[2])/"), "the path names split and class")
    }
  }

  @Test func safetensorsHoldFeaturesLabelsAndPaths() async throws {
    let embed = try await place.glean(
      ["embed", "images", "--out", "f.safetensors", "--quiet"] + random)
    #expect(embed.code == 0 && embed.errors.isEmpty, "\(embed)")
    let data = try place.bytes("f.safetensors")
    let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let header = try #require(
      try JSONSerialization.jsonObject(with: data.dropFirst(8).prefix(length)) as? [String: Any])
    let features = try #require(header["features"] as? [String: Any])
    #expect(features["shape"] as? [Int] == [56, 16])
    #expect((header["labels"] as? [String: Any])?["shape"] as? [Int] == [56])
    let metadata = try #require(header["__metadata__"] as? [String: String])
    let paths = try JSONDecoder().decode([String].self, from: Data((metadata["paths"] ?? "").utf8))
    #expect(paths.count == 56)
  }

  @Test func pretrainedWeightsAreJudgedByTheProtocolsAskedFor() async throws {
    let run = try await place.glean(["pretrain", "images", "--steps", "4", "--out", "run"] + tiny)
    #expect(run.code == 0, "\(run)")
    let table = try await place.glean(["evaluate", "images", "--weights", "run", "--threads", "1"])
    #expect(table.code == 0, "\(table)")
    let rows = table.output.split(separator: "\n")
    #expect(rows.first?.contains("accuracy %") == true)
    for figure in ["balanced accuracy", "macro F1", "AUC", "average precision", "top-5 accuracy"] {
      #expect(
        rows.contains { $0.hasPrefix("test images") && $0.contains("\(figure) %") }, "\(figure)")
    }
    #expect(rows.contains { $0.hasPrefix("linear  ") && $0.contains("λ = ") })
    #expect(rows.contains { $0.hasPrefix("linear: is, taken for") })
    #expect(table.errors.contains("40 labelled training images, 16 test images"))

    let wide = try await place.glean(
      ["evaluate", "images", "--weights", "run", "--threads", "1", "--class-weights", "balanced"]
        + ["--protocols", "linear,knn,few-shot,fractions,corruptions,label-noise"])
    #expect(wide.code == 0, "\(wide)")
    let lines = wide.output.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 100 }, "\(wide)")
    #expect(lines.contains { $0.hasPrefix("linear/corrupted-contrast") })
    #expect(lines.contains { $0.hasPrefix("linear  ") && $0.hasSuffix("balanced classes") })

    let json = try await place.glean(
      [
        "evaluate", "images", "--weights", "run/backbone.safetensors", "--json", "--quiet",
        "--threads", "1", "--protocols", "linear,knn,sgd",
      ])
    #expect(json.errors.isEmpty, "\(json)")
    let results = try #require(try json.json as? [[String: Any]])
    #expect(results.map { $0["protocol"] as? String } == ["linear", "knn", "sgd"])
    for result in results {
      let confusion = try #require(result["confusion"] as? [[Int]])
      #expect(confusion.count == 8 && confusion.joined().reduce(0, +) == 16)
      let figures = try #require(result["figures"] as? [[String: Any]])
      let accuracy = try #require(figures.first { $0["metric"] as? String == "accuracy" })
      #expect((0...1).contains(try #require(accuracy["value"] as? Double)))
      #expect((accuracy["interval"] as? [Double])?.count == 2)
    }
  }

  @Test func hostileWeightsAreRefusedInAClearSentence() async throws {
    let run = try await place.glean(["pretrain", "images", "--steps", "2", "--out", "run"] + tiny)
    #expect(run.code == 0, "\(run)")
    let weights = try place.bytes("run/backbone.safetensors")
    let huge = [UInt8](repeating: 0xFF, count: 7) + [0x7F] + Array("{}".utf8)
    func one(_ shape: Int) -> [UInt8] {
      let header = #"{"a":{"dtype":"F32","shape":[\#(shape)],"data_offsets":[0,8]}}"#
      return [UInt8(header.utf8.count), 0, 0, 0, 0, 0, 0, 0] + Array(header.utf8)
        + [UInt8](repeating: 0, count: 8)
    }
    let files: [(String, [UInt8])] = [
      ("empty", []), ("short", Array("{}".utf8)), ("huge", huge),
      ("cut", Array(weights.prefix(weights.count / 2))),
      ("text", Array(String(repeating: "words ", count: 50).utf8)),
      ("size", one(4)), ("stranger", one(2)),
    ]
    for (name, bytes) in files {
      try place.write(bytes, to: "\(name).safetensors")
      let outcome = try await place.glean(
        ["embed", "images", "--weights", "\(name).safetensors", "--out", "never.csv"])
      #expect(outcome.code == 1 && outcome.isOrderly, "\(outcome)")
      #expect(outcome.errors.contains("/\(name).safetensors: "), "\(outcome)")
    }
    #expect(!place.exists("never.csv"))
  }

  @Test func aPictureOfViewsHasTheSizeAskedFor() async throws {
    let views = try await place.glean([
      "views", "images", "--out", "sheet.png", "--rows", "3", "--columns", "4", "--image-size",
      "16",
      "--quiet",
    ])
    #expect(views.code == 0 && views.output == "sheet.png\n" && views.errors.isEmpty, "\(views)")
    let png = try place.bytes("sheet.png")
    #expect(png.prefix(4) == Data([0x89, 0x50, 0x4E, 0x47]))
    let sides = [16, 20].map { start in
      png.dropFirst(start).prefix(4).reduce(0) { $0 << 8 | Int($1) }
    }
    // A column more than asked for: the image itself. Views below 96 pixels are enlarged to that, and
    // 4 pixels lie between and around them.
    #expect(sides == [5 * 100 + 4, 3 * 100 + 4])
  }

  @Test func aPictureOfMAEShowsWhatIsHidden() async throws {
    func sheet(_ more: String...) async throws -> Program.Outcome {
      try await place.glean(
        [
          "views", "images", "--method", "mae", "--image-size", "16", "--columns", "4", "--rows",
          "1",
        ]
          + more)
    }
    let views = try await sheet()
    #expect(views.code == 0 && views.errors.contains("patches of 4 pixels"), "\(views)")
    let width = try place.bytes("views.png").dropFirst(16).prefix(4).reduce(0) { $0 << 8 | Int($1) }
    // The image, and two views with what the encoder sees of each.
    #expect(width == 5 * 100 + 4)
    let wrong = try await sheet("--patch", "5")
    #expect(wrong.code == 64 && wrong.errors.contains("does not divide"), "\(wrong)")
  }

  @Test func aPictureOfCorruptionsHasARowForEach() async throws {
    let views = try await place.glean([
      "views", "images", "--corruptions", "--out", "corrupted.png", "--rows", "1",
    ])
    #expect(views.code == 0 && views.output == "corrupted.png\n", "\(views)")
    #expect(views.errors.contains("gaussian-noise, shot-noise"), "\(views)")
    let sides = try [16, 20].map { start in
      try place.bytes("corrupted.png").dropFirst(start).prefix(4).reduce(0) { $0 << 8 | Int($1) }
    }
    // The clean image and five severities, twelve corruptions; names beside them, where libvips draws
    // text.
    #expect(sides[0] >= 6 * 100 + 4 && sides[1] >= 12 * 100 + 4, "\(sides)")
  }
}
