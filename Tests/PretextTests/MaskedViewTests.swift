import Testing
import Torch

@testable import Pretext

@Suite struct MaskedViewTests {
  /// The share that is hidden of each view of 8 × 8 patches of 4 pixels; nil where all is seen.
  private func shares(_ method: any PretextTask.Type, views: Int = 3) throws -> [Double?] {
    try (0..<views).map { number in
      let view = MaskedView(
        number: number, count: 40, size: 32, patch: 4, random: RandomStream(seed: 1))
      return try method.hidden(changing: [:], in: view).map { hidden in
        #expect(hidden.size(0) == 40 && hidden.size(1) == 1 && 32 % hidden.size(2) == 0)
        return hidden.to(.float32).mean().scalar
      }
    }
  }

  @Test(arguments: [
    ("mae", 0.75), ("simmim", 0.6), ("maskfeat", 0.4), ("data2vec", 0.6), ("context-encoder", 0.25),
  ])
  func methodsHideTheirShare(_ name: String, _ share: Double) throws {
    let method = try #require(try Registry.task(name))
    let hidden = try #require(try shares(method, views: 1)[0])
    #expect(abs(hidden - share) < 0.06, "\(hidden)")
  }

  @Test func onlyViewsThatAreMaskedAre() throws {
    let jepa = try #require(try shares(IJEPA.self)[0])
    #expect((0.4...0.9).contains(jepa))
    for method in [IBOT.self, DINOv2.self] as [any PretextTask.Type] {
      let found = try shares(method)
      #expect(found[2] == nil)
      for share in found.prefix(2) { #expect((0.05...0.3).contains(try #require(share))) }
    }
    for method in [MSN.self, PMSN.self] as [any PretextTask.Type] {
      let found = try shares(method)
      #expect(found[0] == nil && found[2] == nil)
      #expect(abs(try #require(found[1]) - 0.15) < 0.02)
    }
    #expect(try shares(SimCLR.self).allSatisfy { $0 == nil })
  }
}
