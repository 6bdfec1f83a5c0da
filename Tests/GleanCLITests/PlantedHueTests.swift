import Foundation
import Images
import Testing

/// A planted case for the factors of 'glean inspect': faintly coloured shapes whose hue tells one image
/// from another, which a method trained without colour augmentation keeps, and loses with it.
@Suite struct PlantedHueTests {
  @Test func hueIsKeptWithoutColourAugmentationAndLostWithIt() async throws {
    let place = try Workplace()
    try draw(in: place)
    // The grey preset leaves colours alone and changes nothing else.
    for (views, run) in [("grayscale", "keeps"), ("photo", "loses")] {
      let outcome = try await place.glean(
        ["pretrain", "images", "--augment", views, "--out", run, "--steps", "100", "--batch", "64"]
          + network)
      #expect(outcome.code == 0, "\(outcome.errors)")
    }
    let outcome = try await place.glean(
      ["inspect", "keeps", "loses", "--images", "images", "--only", "factors", "--json"]
        + ["--threads", "1", "--quiet"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    let found = try JSONDecoder().decode(Found.self, from: Data(outcome.output.utf8)).factors
    #expect(found.ignored.map { $0.contains("hue") } == [false, true])
    let names = found.factors.map(\.name)
    // The hue of the table, as it is, and the hue that Glean gives the images.
    for name in ["shape_hue", "hue"] {
      let place = try #require(names.firstIndex(of: name))
      let kept = try #require(found.readings[0][place]).interval
      let lost = try #require(found.readings[1][place]).interval
      #expect(kept[0] > lost[1], "\(name): \(kept) without colour augmentation, \(lost) with it")
      #expect(kept[0] > found.factors[place].chance)
    }
    // What the augmentation leaves alone is still there.
    let darkness = try #require(names.firstIndex(of: "darkness"))
    #expect(try #require(found.readings[1][darkness]).interval[0] > 0)
  }

  private let network = [
    "--backbone", "resnet18:width=8", "--image-size", "16", "--threads", "1", "--quiet",
  ]

  /// What is read of the JSON.
  private struct Found: Decodable {
    var factors: Findings

    struct Findings: Decodable {
      var factors: [Factor]
      var readings: [[Reading?]]
      var ignored: [[String]]
    }
    struct Factor: Decodable {
      var name: String
      var chance: Double
    }
    struct Reading: Decodable {
      var interval: [Double]
    }
  }

  /// 500 images to train on and 300 to judge by, 16 pixels wide: a disc, square, cross or bars,
  /// darker than its ground. Both have one hue, of a fifth of full saturation.
  private func draw(in place: Workplace) throws {
    let side = 16
    var random = SeededGenerator(seed: 1)
    var table = "path,shape_hue,darkness\n"
    for (part, count) in [("train", 500), ("test", 300)] {
      for index in 0..<count {
        let shape = ["bars", "cross", "disc", "square"][index % 4]
        let hue = random.uniform()
        let (x, y) = (random.uniform(-0.35...0.35), random.uniform(-0.35...0.35))
        let (light, darkness) = (random.uniform(0.5...1), random.uniform(0.5...1))
        let colour = [5.0, 3, 1].map { offset -> Double in
          let k = (offset + hue * 6).truncatingRemainder(dividingBy: 6)
          return light * (1 - 0.18 * max(0, min(k, 4 - k, 1)))
        }
        var pixels: [UInt8] = []
        for place in 0..<side * side {
          let u = (Double(place % side) + 0.5) * 2 / Double(side) - 1 - x
          let v = (Double(place / side) + 0.5) * 2 / Double(side) - 1 - y
          let isInside =
            switch shape {
            case "bars": max(abs(u), abs(v)) < 0.6 && sin(v * 12) > 0
            case "cross": min(abs(u), abs(v)) < 0.18 && max(abs(u), abs(v)) < 0.6
            case "disc": u * u + v * v < 0.25
            default: max(abs(u), abs(v)) < 0.45
            }
          for channel in colour {
            let level = channel * (isInside ? 1 - darkness : 1) + 0.02 * random.gaussian()
            pixels.append(UInt8(max(0, min(1, level)) * 255))
          }
        }
        let path = "\(part)/\(shape)/\(index).png"
        try place.write([], to: "images/\(path)")
        try ImageFile.write(
          pixels, width: side, height: side, to: place.path("images/\(path)").path)
        table += "\(path),\(hue),\(darkness)\n"
      }
    }
    try place.write(Array(table.utf8), to: "images/factors.csv")
  }
}
