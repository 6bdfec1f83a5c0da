import CommandLineKit
import Testing

@Suite struct HumanTests {
  @Test(arguments: [
    (0, "0.0 s"), (0.44, "0.4 s"), (9.96, "10 s"), (59.4, "59 s"), (59.6, "1 min 00 s"),
    (125, "2 min 05 s"), (11_220, "3 h 07 min"), (187_300, "2 d 04 h"), (-1, "0.0 s"),
    (Double.infinity, "–"), (Double.nan, "–"),
  ])
  func durations(seconds: Double, expected: String) {
    #expect(Human.duration(seconds: seconds) == expected)
  }

  @Test(arguments: [
    (0, "0"), (999, "999"), (1000, "1,000"), (12_345, "12,345"), (-1_234_567, "-1,234,567"),
    (Int.min, "-9,223,372,036,854,775,808"),
  ])
  func counts(value: Int, expected: String) {
    #expect(Human.count(value) == expected)
  }

  @Test(arguments: [
    (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1_234_000_000, "1.2 GB"), (999_960, "1.0 MB"),
    (150_000_000, "150 MB"), (5_000_000_000_000_000, "5000 TB"),
  ])
  func bytes(value: Int, expected: String) {
    #expect(Human.bytes(value) == expected)
  }

  @Test(arguments: [
    (1234.4, "1,234 images/s"), (9.96, "10 images/s"), (2.04, "2.0 images/s"),
    (0.25, "4.0 s/image"), (0, "– images/s"),
  ])
  func rates(perSecond: Double, expected: String) {
    #expect(Human.rate(perSecond, unit: "images") == expected)
  }
}
