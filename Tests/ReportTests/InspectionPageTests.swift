import Foundation
import Report
import Testing

@testable import Insight

private func read(_ inspection: Inspection) throws -> PageReader {
  try read(
    InspectionPage.render(
      inspection, settings: .init(command: "glean inspect <run>", gleanVersion: "1")))
}

/// Two networks on six images of two classes, with names that would break a careless page.
private func madeUp() throws -> Inspection {
  func figure(_ value: Double, half: Double = 0.02) -> ReadFigure {
    ReadFigure(value: value, interval: (value - half)...(value + half))
  }
  let names = ["random weights", "A<b>&\"c\""]
  let classes = ["cat & dog", "<bird>"]
  let picture = Picture(width: 4, height: 4, bytes: Data([1, 2, 3]), mediaType: "image/png")
  let thumbnails = Thumbnails(
    picture: picture, columns: 4, images: [0, 2, 3, 5, 8, 9],
    paths: (0..<6).map { "<\($0)>.png" }, labels: [0, 1, nil, 0, 1, 1])
  let strip = MapFindings.Strip(title: "Strip & more", picture: picture)
  let noted = MapFindings.Strip(title: "Painted", picture: picture, note: "grey <hidden>")
  let prototypes = PrototypeFindings(
    images: 1630, sizes: [1600, 30, 0],
    largest: [
      .init(images: 1600, commonestClass: 1, share: 0.625, nearest: [3], picture: picture),
      .init(images: 30, nearest: [2], picture: picture),
    ])
  let spectrum = try JSONDecoder().decode(
    Spectrum.self, from: Data(#"{"singularValues": [3, 2, 0.5, 0], "images": 20}"#.utf8))
  var inspection = Inspection(
    dataset: "set <1>", trainingImages: 20, heldOutImages: 10, classes: classes,
    networks: names.map {
      .init(name: $0, method: nil, backbone: "resnet18", imageSize: 32, features: 128)
    })
  var history = TrainingHistory(
    csv: "step,loss,effective_rank,uniformity\n1,2,3,-1\n2,1,4,-2\n3,nan,4,-2\n")
  history?.gap = LossGap(
    csv: "step,training_loss,held_out_loss\n1,3,3\n2,3,3\n3,2,2.1\n4,2,2.2\n5,1,2\n6,1,2\n")
  inspection.origin = "Every <row>."
  inspection.geometry = names.indices.map { index in
    GeometryFigures(
      effectiveRank: index == 0 ? 1.2 : 34.4, heldOutRank: 17.25, powerLawExponent: nil,
      lidar: 12.5, alignment: 0.125, uniformity: -1.75, deviation: 0.625, spectrum: spectrum,
      heldOutSpectrum: spectrum,
      history: index == 1 ? history : nil)
  }
  inspection.neighbours = NeighbourFindings(
    k: 10, images: 30,
    figures: names.indices.map { index in
      .init(
        queries: [.init(image: 0, nearest: [2, 3, 5], similarities: [0.9, 0.8, 0.7])],
        agreement: figure(index == 0 ? 0.3 : 0.5), hubness: 1.5, orphans: 0.25,
        hubs: [.init(image: 8, value: 77)], outliers: [.init(image: 9, value: 0.5)],
        hardest: [.init(image: 2, value: 0.9)],
        pairs: [ImagePair(first: 3, second: 5, similarity: 0.875)])
    }, mutual: [[1, 0.5], [0.5, 1]], thumbnails: thumbnails)
  inspection.embedding = EmbeddingFindings(
    clusterCount: 2,
    figures: names.map { _ in
      .init(
        tsne: (0..<6).map { [Float($0), 1] }, pca: (0..<6).map { [1, Float($0)] },
        explained: [0.5, 0.25], clusters: [0, 1, 0, 1, 0, 1], trustworthiness: 0.875,
        mutualInformation: 0.25, randIndex: 0.125, clusterSilhouette: nil,
        classSilhouette: -0.5)
    }, thumbnails: thumbnails)
  inspection.maps = MapFindings(
    originals: strip, labels: classes,
    figures: names.indices.map {
      .init(
        filters: picture, filterCount: 200, strips: [strip, noted],
        prototypes: $0 == 1 ? prototypes : nil)
    })
  inspection.layers = LayerFindings(
    figures: names.map { _ in
      .init(
        names: ["stem", "feature"], linear: [figure(0.75), figure(0.25)],
        knn: [figure(0.5), figure(0.125)],
        alignment: [[figure(1), figure(0.375)], [figure(0.375), figure(1)]])
    }, alignment: [[figure(1), figure(0.0625)], [figure(0.0625), figure(1)]],
    kin: [
      [.init(difference: "another seed", alignment: figure(0.75))],
      [
        .init(difference: "another seed", alignment: figure(0.875)),
        .init(difference: "<50> images", alignment: figure(0.5)),
      ],
    ], trainingImages: 20, testImages: 10)
  inspection.factors = FactorFindings(
    factors: [
      .init(name: "hue", made: .hue, measure: .accuracy, chance: 1.0 / 3),
      .init(name: "flip", made: .flip, measure: .accuracy, chance: 0.5),
      .init(name: "noise_level", measure: .r2, chance: 0),
    ],
    readings: [
      [figure(1.0 / 3, half: 0.03), figure(0.5, half: 0.2), nil],
      [figure(0.9), figure(0.51, half: 0.03), figure(0.625)],
    ], ignored: [[], [.hue]], trainingImages: 20, testImages: 10)
  inspection.cues = CueFindings(
    cues: [.clean, .shuffled, .silhouettes], examples: [strip, strip, strip],
    readings: names.map { _ in [figure(0.9), figure(0.7), figure(0.4)] }, chance: 0.5,
    trainingImages: 20, testImages: 10)
  inspection.omissions = [
    .init(chapter: .cues, reason: "no <classes>"),
    .init(chapter: .maps, part: "prototypes of <b>", reason: "no head"),
  ]
  inspection.durations = [.init(part: "geometry", seconds: 61)]
  return inspection
}

@Suite struct InspectionPageTests {
  @Test func thePageIsWellFormedWithAndWithoutItsChapters() throws {
    var inspection = try madeUp()
    let whole = try read(inspection)
    // Each image is a point of t-SNE and one of PCA, of both networks.
    #expect((whole.elements["circle"] ?? 0) >= 6 * 4)
    // One sorts tables, one shows the image under the pointer.
    #expect(whole.elements["script"] == 2)
    inspection.geometry = nil
    inspection.neighbours = nil
    inspection.embedding = nil
    inspection.maps = nil
    inspection.layers = nil
    inspection.factors = nil
    inspection.cues = nil
    let bare = try read(inspection)
    #expect(bare.elements["script"] == 1)
    #expect(!bare.text.contains("Geometry"))
    #expect(bare.text.contains("no <classes>"))
  }

  @Test func theTablesSayWhatTheFiguresSay() throws {
    let text = try read(try madeUp()).text
    for words in [
      "set <1>", "A<b>&\"c\"", "cat & dog", "<bird>", "34.4", "17.2", "−1.75", "77 ×", "0.8750",
      "R², %", "noise level", "62.5", "Strip & more", "geometry 1 min 1 s", "glean inspect <run>",
      "grey <hidden>", "1,600 images, 62.5% of them <bird>", "Each of 1,630 images",
      "3 prototypes; 2 hold any", "Maps, prototypes of <b>: no head.",
      "† 90.0", "keeps 50%", "Every <row>.", "<50> images", "0.88", "0.73–0.77",
    ] { #expect(text.contains(words), "\(words)") }
  }

  @Test func wordsSayOnlyWhatIntervalsAllow() throws {
    let text = try read(try madeUp()).text
    #expect(text.contains("Random weights’ features have collapsed"))
    #expect(text.contains("A<b>&\"c\"’s features use 34 of 128 directions."))
    #expect(text.contains("hue (33 ± 3%) is read at chance"))
    // An interval of 40 points tells nothing of the flip; one of 6 does.
    #expect(!text.contains("flip (50 ±"))
    #expect(text.contains("flip (51 ± 3%) is read at chance"))
    #expect(text.contains("make it ignore hue, which can still be read"))
    #expect(text.contains("An earlier layer tells the class better"))
    #expect(
      text.contains("Read from A<b>&\"c\", against random weights, better: hue (33 → 90%)."))
    #expect(text.contains("by 0.000 in the first third of the run, 1.000 in the last"))
    #expect(text.contains("50.0%, against 30.0% or less in the others"))
    #expect(text.contains("under another seed: random weights and A<b>&\"c\" (0.06)."))
  }

  @Test func nothingIsSaidWhereIntervalsOverlap() throws {
    var inspection = try madeUp()
    let wide = ReadFigure(value: 0.5, interval: 0.1...0.9)
    inspection.neighbours?.figures[0].agreement = wide
    inspection.geometry?[1].history?.gap = LossGap(
      csv: "step,training_loss,held_out_loss\n1,3,3\n2,3,4\n3,2,2\n4,2,2.2\n5,1,2\n6,1,1\n")
    inspection.layers?.figures[0].linear = [wide, wide]
    inspection.layers?.figures[1].linear = [wide, wide]
    inspection.layers?.kin[0][0].alignment = ReadFigure(value: 0.5, interval: 0...0.9)
    inspection.factors?.readings = [[wide, wide, wide], [wide, wide, wide]]
    inspection.cues?.readings = [[wide, wide, wide], [wide, wide, wide]]
    let text = try read(inspection).text
    for words in [
      "or less in the others", "An earlier layer", "at chance.", "survives", "still be read",
      "against random weights", "over-fits", "under another seed:",
    ] {
      #expect(!text.contains(words), "\(words)")
    }
  }

  @Test func aStudysReportHasTheChapterInShort() throws {
    let summary = MadeUp.usual
    var settings = MadeUp.settings
    #expect(!HTMLReport.render(summary: summary, settings: settings).contains("What was learnt"))
    settings.inspection = try madeUp()
    let text = try read(HTMLReport.render(summary: summary, settings: settings)).text
    for words in [
      "What was learnt", "against random weights, better: hue", "CKA with another seed", "34.4",
      "Every <row>. Not among them: ", "inspect.html",
    ] { #expect(text.contains(words), "\(words)") }
  }

  @Test func jsonHoldsFiguresAndNoPictures() throws {
    let inspection = try madeUp()
    let data = try JSONEncoder().encode(inspection)
    let read = try JSONDecoder().decode(Inspection.self, from: data)
    #expect(read.factors == inspection.factors)
    #expect(read.maps?.originals.picture.bytes == Data())
    #expect(read.maps?.figures[1].prototypes?.sizes == [1600, 30, 0])
  }
}
