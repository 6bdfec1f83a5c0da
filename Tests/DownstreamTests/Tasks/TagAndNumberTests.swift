import Testing
import Torch

@testable import Downstream

/// One protocol for tags and numbers, linear or by neighbours.
struct TaskProtocol: Sendable, CustomStringConvertible {
  let description: String
  let tags: @Sendable (Tensor, [[Int]?], [Int]?, EvaluationSplit, Int) throws -> MultiLabelResult
  let numbers: @Sendable (Tensor, [Double?], [Int]?, EvaluationSplit) throws -> RegressionResult

  static let all = [
    TaskProtocol(
      description: "linear",
      tags: {
        try MultiLabelProbe().evaluate(
          features: $0, tags: $1, groups: $2, split: $3, classes: $4, seed: 0)
      },
      numbers: {
        try RegressionProbe().evaluate(features: $0, labels: $1, groups: $2, split: $3, seed: 0)
      }),
    TaskProtocol(
      description: "knn",
      tags: {
        try KNNProbe().evaluate(
          features: $0, tags: $1, groups: $2, split: $3, classes: $4, seed: 0)
      },
      numbers: {
        try KNNProbe().evaluate(features: $0, labels: $1, groups: $2, split: $3, seed: 0)
      }),
  ]
}

@Test("Tags and numbers that features show are found", arguments: TaskProtocol.all)
func plantedTargetsAreFound(_ task: TaskProtocol) throws {
  let stream = RandomStream(seed: 1)
  let features = stream.normal([900, 3])
  let values = features.array(of: Double.self)
  let tags = (0..<900).map { image in (0..<3).filter { values[3 * image + $0] > 0.5 } }
  let split = EvaluationSplit(train: Array(0..<600), test: Array(600..<900))
  let found = try task.tags(features, tags, nil, split, 3)
  let right = zip(
    found.probabilities.joined(),
    (600..<900).flatMap { image in
      (0..<3).map { tags[image].contains($0) }
    }
  ).count { ($0 > 0.5) == $1 }
  #expect(Double(right) / 900 > 0.85)
  #expect(found.truth == Array(tags[600...]) && found.testImages == split.test)
  #expect(found.protocolName == task.description)

  // The direction of a feature tells the number, as neighbours judge by directions.
  let numbers = (0..<900).map { image in
    let (x, y, z) = (values[3 * image], values[3 * image + 1], values[3 * image + 2])
    return 50 + 10 * x / (x * x + y * y + z * z).squareRoot()
  }
  let predicted = try task.numbers(features.normalized(), numbers, nil, split)
  let errors = zip(predicted.predictions, predicted.truth).map { abs($0 - $1) }
  #expect(errors.reduce(0, +) / 300 < 1.5)
  #expect(predicted.truth == Array(numbers[600...]))
}

@Test("Test targets and other test images reach no prediction", arguments: TaskProtocol.all)
func testTargetsDoNotLeak(_ task: TaskProtocol) throws {
  for problem in [TaskProblem.tall, .wide] {
    let (first, count) = (problem.trainCount, problem.tags.count)
    let tags = try task.tags(problem.features, problem.tags, nil, problem.split, problem.classes)
    let numbers = try task.numbers(problem.features, problem.numbers, nil, problem.split)
    var (otherTags, otherNumbers) = (problem.tags, problem.numbers)
    for image in first..<count {
      otherTags[image] = [image % problem.classes]
      otherNumbers[image] = -1e6
    }
    // All test images but the first ten become huge and skewed.
    let spoiled = problem.features.copy()
    spoiled[first + 10..<count].assign(spoiled[first + 10..<count] * 1000 + 1e6)
    let other = try task.tags(spoiled, otherTags, nil, problem.split, problem.classes)
    #expect(other.probabilities.prefix(10) == tags.probabilities.prefix(10))
    #expect(other.setting == tags.setting && other.validationLoss == tags.validationLoss)
    #expect(other.truth != tags.truth)
    let otherNumber = try task.numbers(spoiled, otherNumbers, nil, problem.split)
    #expect(otherNumber.predictions.prefix(10) == numbers.predictions.prefix(10))
    #expect(otherNumber.setting == numbers.setting)
    #expect(otherNumber.validationLoss == numbers.validationLoss)
  }
}

@Test("Order does not matter, and unlabelled images are not there", arguments: TaskProtocol.all)
func orderAndUnlabelledDoNotMatter(_ task: TaskProtocol) throws {
  let problem = TaskProblem.wide
  let blank = Tensor.full([2, problem.features.size(1)], .nan)
  let features = concatenated([problem.features, blank])
  let count = problem.tags.count
  let split = EvaluationSplit(
    train: (problem.split.train + [count]).reversed(), test: (problem.split.test + [count + 1]))
  let tags = try task.tags(
    features, problem.tags.map { $0.reversed() } + [nil, nil], nil, split, problem.classes)
  #expect(
    try tags == task.tags(problem.features, problem.tags, nil, problem.split, problem.classes))
  let numbers = try task.numbers(features, problem.numbers + [nil, nil], nil, split)
  #expect(try numbers == task.numbers(problem.features, problem.numbers, nil, problem.split))
}

@Test("Validation images choose, and join the final fit", arguments: TaskProtocol.all)
func validationImagesChoose(_ task: TaskProtocol) throws {
  let problem = TaskProblem.tall
  let train = problem.split.train
  let split = EvaluationSplit(
    train: Array(train[..<400]), validation: Array(train[400...]), test: problem.split.test)
  let honest = try task.numbers(problem.features, problem.numbers, nil, split)
  var numbers = problem.numbers
  for image in train[400...] { numbers[image] += 50 }
  let other = try task.numbers(problem.features, numbers, nil, split)
  #expect(other.validationLoss > honest.validationLoss)
  #expect(other.predictions != honest.predictions)
}

@Test("Classes that all or no fitted images have are named", arguments: TaskProtocol.all)
func constantClassesAreNamed(_ task: TaskProtocol) throws {
  let features = RandomStream(seed: 1).normal([60, 4])
  // Tag 0 on all, tag 1 on half, tag 2 on test images alone, tag 3 on one.
  let tags = (0..<60).map { image in
    [0] + (image % 2 == 0 ? [1] : []) + (image >= 50 ? [2] : []) + (image == 7 ? [3] : [])
  }
  let split = EvaluationSplit(train: Array(0..<50), test: Array(50..<60))
  let result = try task.tags(features, tags, nil, split, 4)
  #expect(result.constantClasses == [0, 2])
  #expect(result.probabilities.allSatisfy { $0[0] == 1 && $0[2] == 0 && $0[3] < 1 })
  #expect(result.validationLoss.isFinite)
}

@Test("Targets that teach nothing are refused, with the mend", arguments: TaskProtocol.all)
func hostileTargetsAreRefused(_ task: TaskProtocol) throws {
  let features = RandomStream(seed: 1).normal([9, 4])
  let split = EvaluationSplit(train: Array(0..<6), test: [6, 7, 8])
  func refusal(_ body: () throws -> Void) -> String {
    do { try body() } catch { return "\(error)" }
    return ""
  }
  // No positives at all, and nothing but positives.
  for tags in [[], [0]] as [[Int]] {
    let all = [[Int]](repeating: tags, count: 9)
    #expect(refusal { _ = try task.tags(features, all, nil, split, 2) }.contains("label more"))
  }
  let mixed: [[Int]?] = (0..<9).map { [$0 % 2] }
  #expect(throws: ProbeError.label(1, image: 1, classes: 1)) {
    try task.tags(features, mixed, nil, split, 1)
  }
  #expect(throws: ProbeError.label(-1, image: 0, classes: 2)) {
    try task.tags(features, [[-1]] + mixed.dropFirst(), nil, split, 2)
  }
  let groups = [1, 1, 1, 1, 1, 1, 2, 2, 2]
  #expect(refusal { _ = try task.tags(features, mixed, groups, split, 2) }.contains("one group"))
  #expect(throws: ProbeError.noLabels(part: "test")) {
    try task.tags(features, mixed[..<6] + [nil, nil, nil], nil, split, 2)
  }

  let numbers: [Double?] = (0..<9).map { Double($0) }
  #expect(refusal { _ = try task.numbers(features, numbers, groups, split) }.contains("one group"))
  let same = refusal {
    _ = try task.numbers(features, [4, 4, 4, 4, 4, 4] + numbers[6...], nil, split)
  }
  #expect(same.contains("the label 4") && same.contains("label more"))
  for number in [Double.nan, .infinity, -1e300] {
    let message = refusal {
      _ = try task.numbers(features, [0, 1, number] + numbers[3...], nil, split)
    }
    #expect(message.contains("image 2") && message.contains("leave the image unlabelled"))
  }
  #expect(throws: ProbeError.noLabels(part: "training")) {
    try task.numbers(features, [Double?](repeating: nil, count: 8) + [1], nil, split)
  }
}

@Test func taskOptionsOutOfRangeAreRefused() {
  let problem = TaskProblem.wide
  for penalties in [[], [1, 0], [.nan]] as [[Double]] {
    #expect(throws: ProbeError.self) {
      try RegressionProbe(penalties: penalties).evaluate(
        features: problem.features, labels: problem.numbers, split: problem.split, seed: 0)
    }
    #expect(throws: ProbeError.self) {
      try MultiLabelProbe(PenaltyPath(penalties: penalties)).evaluate(
        features: problem.features, tags: problem.tags, split: problem.split,
        classes: problem.classes, seed: 0)
    }
  }
}

@Test("Few labels, constant features and one feature give an answer", arguments: TaskProtocol.all)
func degenerateTasksWork(_ task: TaskProtocol) throws {
  for train in [2, 3, 7] {
    for features in [Tensor.zeros([train + 5, 3]), RandomStream(seed: 1).normal([train + 5, 1])] {
      let split = EvaluationSplit(train: Array(0..<train), test: Array(train..<train + 5))
      let tags = (0..<train + 5).map { $0 % 2 == 0 ? [0, 1] : [1] }
      let result = try task.tags(features, tags, nil, split, 2)
      #expect(result.probabilities.joined().allSatisfy { (0...1).contains($0) })
      let numbers = try task.numbers(features, (0..<train + 5).map(Double.init), nil, split)
      #expect(numbers.predictions.count == 5 && numbers.predictions.allSatisfy(\.isFinite))
    }
  }
}
