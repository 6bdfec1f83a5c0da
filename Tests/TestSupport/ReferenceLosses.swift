import Foundation
public import Torch

/// One case of the reference losses: inputs, value and gradients as another library computed them.
public struct ReferenceLoss {
  /// The case's name.
  public var name: String
  /// Numbers that the loss was computed with.
  public var parameters: [String: Double]
  /// The loss.
  public var value: Double
  private var inputs: [String: Tensor]
  private var gradients: [String: Tensor]

  /// The cases whose name begins with `prefix`; empty where the fixtures are absent.
  public static func cases(_ prefix: String) throws -> [ReferenceLoss] {
    guard let folder = Fixtures.folder?.appending(path: "losses") else { return [] }
    let file = try JSONDecoder().decode(
      Index.self, from: Data(contentsOf: folder.appending(path: "losses.json")))
    let tensors = try SafeTensors(contentsOf: folder.appending(path: "losses.safetensors")).byName
    return file.cases.filter { $0.case.hasPrefix(prefix) }.map { entry in
      ReferenceLoss(
        name: entry.case, parameters: entry.params.compactMapValues(\.number), value: entry.loss,
        inputs: entry.inputs.compactMapValues { tensors[$0] },
        gradients: entry.grads.compactMapValues { tensors[$0] })
    }
  }

  /// What differs between `loss` and the reference, in value or in any gradient, by the rule of the
  /// fixtures: 1e-5 of the value, 1e-5 of the largest gradient. Empty if it agrees.
  public func disagreements(_ loss: ([String: Tensor]) -> Tensor) -> [String] {
    let leaves = inputs.mapValues { input in
      // Class numbers and masks take no gradients.
      input.dtype == .float32 ? input.copy().requiringGradient() : input
    }
    let result = loss(leaves)
    result.backward()
    var problems: [String] = []
    if abs(result.scalar - value) > 1e-5 * max(1, abs(value)) {
      problems.append("\(name): the loss is \(result.scalar), the reference \(value)")
    }
    for (key, expected) in gradients {
      guard let found = leaves[key]?.gradient else {
        problems.append("\(name): \(key) has no gradient")
        continue
      }
      if !isClose(found, expected, relative: true) {
        problems.append("\(name): the gradient of \(key) differs")
      }
    }
    return problems
  }
}

private struct Index: Decodable {
  struct Entry: Decodable {
    var `case`: String
    var params: [String: Number]
    var inputs: [String: String]
    var grads: [String: String]
    var loss: Double
  }

  /// A number, or something else that a loss does not take.
  struct Number: Decodable {
    var number: Double?

    init(from decoder: any Decoder) throws {
      number = try? decoder.singleValueContainer().decode(Double.self)
    }
  }

  var cases: [Entry]
}
