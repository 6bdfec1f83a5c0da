import CommandLineKit
import Foundation

enum Method: String, CaseIterable, ExpressibleByArgument {
  case simclr, random, supervised
}

struct CommonOptions: ParsableArguments {
  @Option(help: "Seed of all random streams.") var seed: UInt64 = 0
  @Flag(short: "q", help: "Show no progress.") var quiet = false

  func validate() throws {
    if seed == 13 { throw UsageError("a seed of 13 is unlucky") }
  }
}

/// Every shape of declaration in one command.
struct Pretrain: Command {
  static let configuration = CommandConfiguration(
    name: "pretrain", abstract: "Pretrain a backbone on your own images, without labels.",
    discussion: "The folder may hold images directly, or one folder a class.",
    examples: [
      (
        "glean pretrain photos --epochs 100",
        "Pretrain SimCLR for 100 epochs and write weights and metrics beside the photos."
      )
    ])

  @Argument(help: "A folder of images.", completion: .folder) var images: URL
  @Argument(help: "More folders.") var more: [String] = []
  @Option(short: "e", help: "Passes over the images.") var epochs = 100
  @Option(name: "lr", valueName: "rate", help: "Peak learning rate.") var learningRate: Double?
  @Option(help: "Methods to compare.") var methods: [Method] = [.simclr, .random]
  @Option(help: "Numbers of images.") var sizes: [Int] = []
  @Flag(negatable: true, help: "Reuse the image store of an earlier run.") var cache = true
  @Flag(help: "Use bf16; chosen by the machine when not given.") var bf16: Bool?
  @Flag(short: "v", help: "Say more.") var verbose = false
  @OptionGroup(title: "Common options") var common: CommonOptions

  mutating func run() throws {}
}

struct Copy: Command {
  static let configuration = CommandConfiguration(
    name: "copy", abstract: "Copy weights.", examples: [("glean copy a b --to c", "Copies.")])
  @Argument(help: "What to copy.") var sources: [String]
  @Option(help: "Where to.") var to: String
  @Option(help: "Kinds.") var kinds: [Method]

  mutating func run() throws {}
}

struct Fail: Command {
  static let configuration = CommandConfiguration(
    name: "fail", abstract: "Fails as told.", examples: [("glean fail misuse", "Fails.")])
  @Argument(help: "How.") var how: String?

  mutating func run() throws {
    switch how {
    case "misuse": throw UsageError("'x' is not a folder")
    case "interrupt": throw Interrupted(hint: "type the same command to go on")
    case "file": _ = try Data(contentsOf: URL(fileURLWithPath: "/nowhere/at/all"))
    case nil: break
    default: throw Broken()
    }
  }

  struct Broken: Error, CustomStringConvertible {
    let description = "it broke"
  }
}

struct Describe: Command {
  static let configuration = CommandConfiguration(
    name: "describe", abstract: "Describe a folder of images.",
    examples: [("glean data describe photos", "Counts the images of each class.")])
  @Argument(help: "A folder of images.") var images: URL

  mutating func run() throws {}
}

struct DataCommands: CommandGroup {
  static let configuration = CommandConfiguration(
    name: "data", abstract: "Look at images.",
    examples: [("glean data describe photos", "Counts the images of each class.")],
    subcommands: [Describe.self])
}

struct Program: CommandGroup {
  static let configuration = CommandConfiguration(
    name: "glean", abstract: "It's a program: with 'quotes', [brackets] and $signs.",
    version: "glean 1.2.3", examples: [("glean pretrain photos", "A beginning.")],
    subcommands: [Pretrain.self, Copy.self, Fail.self, DataCommands.self])
}

/// The text with which parsing ended, or nil when it gave a command.
func ending(_ arguments: String...) -> ParseError? {
  do throws(ParseError) {
    _ = try Program.parseAsRoot(arguments)
    return nil
  } catch {
    return error
  }
}

/// The first line of the error, without `error: `.
func message(_ arguments: [String]) -> String? {
  do throws(ParseError) {
    _ = try Program.parseAsRoot(arguments)
    return nil
  } catch {
    guard case .misuse(let misuse) = error else { return nil }
    return misuse.message
  }
}
