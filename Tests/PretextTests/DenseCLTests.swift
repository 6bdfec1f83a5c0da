import Backbones
import Pretext
import TestSupport
import Testing
import Torch
import TorchNN

@Suite struct DenseCLTests {
  @Test func everyPlaceFindsTheOneThatLooksLikeIt() {
    // The other view shows the same three places in another order.
    let map = Tensor.identity(3).unsqueezed(0)
    let order = Tensor([2, 0, 1])
    let other = map.rows(order, along: 1)
    let keys = Tensor([20, 0, 10] as [Float], shape: [1, 3, 1])
    #expect(matchedPlaces(map, other, keys).floats == [0, 10, 20])
  }

  @Test func refusesATransformer() throws {
    #expect(throws: PretextError.self) {
      try DenseCL.make(changing: [:], tinyContext("vit-micro:patch=8"))
    }
  }

  @Test func withoutTheDenseShareThePlacesDoNotMatter() throws {
    var options = DenseCL.Options()
    (options.hidden, options.output, options.dense) = (24, 12, 0)
    let task = try DenseCL(options, tinyContext())
    task.loss(noiseViews(2), firstStep).value.backward()
    let places = task.parameters.filter { $0.name.hasPrefix("projector.places") }
    #expect(places.count == 4)
    for (name, parameter) in places {
      let slope = parameter.value.gradient?.abs().max().scalar ?? 0
      #expect(slope == 0, "\(name)")
    }
  }

  @Test func keysComeFromATeacherWithoutGradients() throws {
    var options = DenseCL.Options()
    (options.hidden, options.output) = (24, 12)
    let task = try DenseCL(options, tinyContext())
    task.loss(noiseViews(2), firstStep).value.backward()
    let keys = task.parameters.filter { $0.name.hasPrefix("teacher.") }
    #expect(keys.contains { $0.name == "teacher.head.places.0.weight" })
    #expect(keys.allSatisfy { $0.parameter.value.gradient == nil })
  }
}
