import Foundation
import Testing

/// Wrong command lines: the thing is named, with what to type instead.
@Suite struct MisuseTests {
  @Test(arguments: [
    (["compare", "images", "--methods", "simclr,bogus"], "'bogus'", "random, pixels, simclr"),
    (["pretrain", "images", "--method", "bogus"], "'bogus'", "glean methods"),
    (["pretrain", "images", "--method", "random"], "'random'", "baseline"),
    (["methods", "bogus"], "'bogus'", "simclr"),
    (["methods", "simcl"], "'simcl'", "Did you mean 'simclr'?"),
    (["compare", "images", "--methods", "decorelation"], "'decorelation'", "'decorrelation'?"),
    (["compare", "images", "--augment", "areal"], "'areal'", "Did you mean 'aerial'?"),
    (["compare", "images", "--methods", "mae"], "needs a ViT", "--backbone vit-micro"),
    (["pretrain", "images", "--backbone", "resnet19"], "'resnet19'", "Did you mean 'resnet18'?"),
    (["pretrain", "images", "--backbone", "resnet18:widht=2"], "'widht'", "width"),
    (["pretrain", "images", "--backbone", "resnet18:width=none"], "'none'", "width"),
    (["pretrain", "images", "--set", "temprature=1"], "'temprature'", "temperature"),
    (["pretrain", "images", "--set", "temperature"], "'temperature'", "name=value"),
    (["pretrain", "images", "--steps", "5", "--epochs", "2"], "--epochs", "not both"),
    (["pretrain", "images", "--steps", "0"], "--steps is 0", "1 or more"),
    (["pretrain", "images", "--batch", "1"], "--batch is 1", "2 or more"),
    (["pretrain", "images", "--device", "abacus"], "'abacus'", "cpu"),
    (["pretrain", "missing"], "missing: no such folder", "Give the path"),
    (["pretrain", "file.txt"], "file.txt is a file", "Expected a folder"),
    (["pretrain"], "<images>", "glean pretrain --help"),
    (["compare", "images", "--steps", "5", "--epochs", "2"], "--epochs", "not both"),
    (["compare", "images", "--labels", "0"], "--labels is 0", "8 (one a class) to 40"),
    (["compare", "images", "--labels", "few"], "--labels is 'few'", "'all'"),
    (["compare", "images", "--labels", "3", "--steps", "5"], "--labels is 3", "8 (one a class)"),
    (["compare", "images", "--sizes", "41", "--steps", "5"], "--sizes 41", "2 to 40"),
    (["compare", "images", "--set", "temperature=1"], "'temperature'", "simclr.temperature"),
    (["compare", "images", "--seeds", "100000000"], "--seeds is 100000000", "at most 1,000"),
    (["compare", "images", "--minutes", "0"], "--minutes is 0", "1 or more"),
    (["embed", "images", "--weights", "nowhere"], "nowhere", "glean pretrain"),
    (["embed", "images", "--out", "a.txt"], "'a.txt'", ".csv"),
    (["embed", "images", "--out", "no/a.csv"], "'no/a.csv'", "make it first"),
    (["views", "images", "--out", "a.jpg"], "'a.jpg'", ".png"),
    (["views", "images", "--out", "no/a.png"], "'no/a.png'", "make it first"),
    (["views", "images", "--method", "random"], "'random'", "does not train"),
    (["report", "images"], "images holds no study", "glean compare"),
    (["report", "a", "--port", "80"], "--port", "--watch"),
    (["report", "a", "--watch", "--json"], "--watch or --json", "not both"),
  ])
  func misuseIsNamedWithItsMend(arguments: [String], thing: String, mend: String) async throws {
    let place = try Workplace()
    try place.shapes()
    try place.write(Array("words".utf8), to: "file.txt")
    let outcome = try await place.glean(arguments)
    #expect(outcome.code == 64, "\(outcome)")
    #expect(outcome.isOrderly, "\(outcome)")
    #expect(outcome.errors.contains(thing) && outcome.errors.contains(mend), "\(outcome)")
    #expect(outcome.errors.contains("Usage: glean "), "\(outcome)")
    #expect(outcome.output.isEmpty)
  }
}
