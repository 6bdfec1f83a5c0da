import CommandLineKit
import Foundation
import Testing

@Suite struct ParsingTests {
  @Test func defaultsHoldUntilSomethingIsGiven() throws {
    let command = try Pretrain.parse(["photos"])
    #expect(command.images.relativePath == "photos")
    #expect(command.more == [])
    #expect(command.epochs == 100)
    #expect(command.learningRate == nil)
    #expect(command.methods == [.simclr, .random])
    #expect(command.cache)
    #expect(command.bf16 == nil)
    #expect(command.common.seed == 0)
    #expect(!command.common.quiet)
  }

  @Test(arguments: [
    ["photos", "--epochs", "7"], ["--epochs=7", "photos"], ["-e", "7", "photos"],
    ["-e7", "photos"], ["-e=7", "photos"], ["photos", "-ve", "7"],
    ["--epochs", "3", "--epochs", "7", "photos"], ["--epochs", "7", "--", "photos"],
  ])
  func everySpellingOfAnOptionIsUnderstood(arguments: [String]) throws {
    let command = try Pretrain.parse(arguments)
    #expect(command.epochs == 7)
    #expect(command.images.relativePath == "photos")
  }

  @Test(arguments: [
    ["--methods", "random,supervised"], ["--methods=random", "--methods", "supervised"],
    ["--methods", "random, supervised"],
  ])
  func listsAreCommaSeparatedOrRepeatedAndReplaceTheDefault(options: [String]) throws {
    #expect(try Pretrain.parse(["photos"] + options).methods == [.random, .supervised])
  }

  @Test func flagsCombineAndInvert() throws {
    let command = try Pretrain.parse(["photos", "-qv", "--no-cache", "--no-bf16"])
    #expect(command.common.quiet && command.verbose)
    #expect(!command.cache)
    #expect(command.bf16 == false)
    #expect(try Pretrain.parse(["photos", "--bf16", "--no-cache", "--cache"]).bf16 == true)
    #expect(try Pretrain.parse(["photos", "--no-cache", "--cache"]).cache)
  }

  @Test func negativeNumbersAreValuesAndNotOptions() throws {
    #expect(try Pretrain.parse(["photos", "--lr", "-0.5"]).learningRate == -0.5)
    #expect(try Pretrain.parse(["photos", "--lr=-1e-3"]).learningRate == -1e-3)
  }

  @Test func afterTwoDashesEverythingIsAnArgument() throws {
    let command = try Pretrain.parse(["photos", "--", "--epochs", "-v", "--help"])
    #expect(command.more == ["--epochs", "-v", "--help"])
    #expect(command.epochs == 100)
  }

  @Test func argumentsFillInOrderAndKeepTheirCommas() throws {
    let command = try Pretrain.parse(["a", "b,c", "-v", "d"])
    #expect(command.images.relativePath == "a")
    #expect(command.more == ["b,c", "d"])
  }

  @Test func anOptionsValueMayContainEqualSigns() throws {
    #expect(try Copy.parse(["a", "--to=x=y", "--kinds", "random"]).to == "x=y")
  }

  @Test func subcommandsNest() throws {
    let command = try Program.parseAsRoot(["data", "describe", "photos"])
    #expect((command as? Describe)?.images.relativePath == "photos")
  }

  @Test func parsedCommandsAreValues() throws {
    let first = try Pretrain.parse(["photos", "--epochs", "7"])
    var second = first
    second.epochs = 8
    second.common.seed = 9
    #expect(first.epochs == 7 && second.epochs == 8)
    #expect(first.common.seed == 0 && second.common.seed == 9)
    #expect(try Pretrain.parse(["photos"]).epochs == 100)
  }

  @Test func answersAreNotMisuse() {
    #expect(ending("--version") == .answered("glean 1.2.3\n"))
    #expect(ending("pretrain", "--version") == .answered("glean 1.2.3\n"))
    let helps = [
      ending("help", "pretrain"), ending("pretrain", "--help"),
      ending("pretrain", "--bogus", "-h"),
    ]
    for help in helps {
      #expect(help == helps[0])
      #expect(help?.exitCode == 0)
      #expect(help?.description.contains("USAGE: glean pretrain") == true)
    }
    #expect(ending("data") == ending("help", "data"))
    #expect(ending() == ending("--help"))
  }
}
