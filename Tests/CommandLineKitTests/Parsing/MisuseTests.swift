import CommandLineKit
import Foundation
import Testing

@Suite struct MisuseTests {
  @Test(arguments: [
    (["pretrain", "x", "--epoch", "3"], "Unknown option '--epoch'. Did you mean '--epochs'?"),
    (["pretrain", "x", "--xyzzy"], "Unknown option '--xyzzy'."),
    (["pretrain", "x", "--no-cahce"], "Unknown option '--no-cahce'. Did you mean '--no-cache'?"),
    (["pretrain", "x", "-z"], "Unknown option '-z'."),
    (["pretrian"], "Unknown subcommand 'pretrian'. Did you mean 'pretrain'?"),
    (["pre"], "Unknown subcommand 'pre'. Did you mean 'pretrain'?"),
    (
      ["xyzzy"],
      "Unknown subcommand 'xyzzy'. Subcommands are pretrain, copy, fail, data."
    ),
    (["data", "descrbe"], "Unknown subcommand 'descrbe'. Did you mean 'describe'?"),
    (["help", "copu"], "Unknown subcommand 'copu'. Did you mean 'copy'?"),
    (["pretrain"], "Missing argument '<images>': A folder of images."),
    (["copy"], "Missing argument '<sources>': What to copy."),
    (["copy", "a", "--kinds=random"], "Missing option '--to <to>': Where to."),
    (["copy", "a", "--to=b"], "Missing option '--kinds <kinds>': Kinds."),
    (["copy", "a", "--to"], "Missing value for '--to <to>'."),
    (
      ["copy", "a", "--to", "--kinds=random"],
      "Missing value for '--to <to>': found the option '--kinds=random' "
        + "(use '=' for a value that begins with a dash)."
    ),
    (["fail", "a", "b"], "Unexpected argument 'b'."),
    (
      ["pretrain", "x", "-e", "five"],
      "The value 'five' is invalid for '--epochs <epochs>': expected a whole number."
    ),
    (
      ["pretrain", "x", "--lr", "nan"],
      "The value 'nan' is invalid for '--lr <rate>': expected a number."
    ),
    (
      ["pretrain", "x", "--methods", "simclr,randm"],
      "The value 'randm' is invalid for '--methods <methods>': "
        + "expected one of simclr, random, supervised. Did you mean 'random'?"
    ),
    (
      ["pretrain", "x", "--sizes", "1,,2"],
      "The value '' is invalid for '--sizes <sizes>': expected a whole number."
    ),
    (["pretrain", "x", "--cache=no"], "The flag '--cache' takes no value, found 'no'."),
    (["pretrain", "x", "--seed", "13"], "a seed of 13 is unlucky"),
    (
      ["--generate-completion-script", "tcsh"],
      "'--generate-completion-script' needs the name of a shell: bash, zsh, fish. Found 'tcsh'."
    ),
  ])
  func theMessageSaysWhatToType(arguments: [String], expected: String) {
    #expect(message(arguments) == expected)
  }

  @Test func misuseShowsUsageAndWhereToRead() {
    #expect(
      ending("copy", "--too", "x")?.description == """
        error: Unknown option '--too'. Did you mean '--to'?
        Usage: glean copy <sources> ... --to <to> --kinds <kinds>
          See 'glean copy --help' for more information.
        """)
  }

  @Test(arguments: [
    ([], 0, ""), (["misuse"], 64, "error: 'x' is not a folder\nUsage: glean fail [<how>]\n"),
    (["broken"], 1, "error: it broke\n"),
    (["interrupt"], 130, "Interrupted; type the same command to go on\n"),
    (["file"], 1, "error: /nowhere/at/all: "),
    (["--bad"], 64, "error: Unknown option '--bad'.\nUsage: "),
  ])
  func failuresHaveExitCodes(arguments: [String], code: Int32, begin: String) {
    var errors = ""
    var output = ""
    let found = Program.execute(
      ["fail"] + arguments, output: { output += $0 }, errors: { errors += $0 })
    #expect(found == code)
    #expect(errors.hasPrefix(begin) && (errors.isEmpty == begin.isEmpty), "\(errors)")
    #expect(output.isEmpty)
  }

  @Test func helpGoesToTheOutputWithCodeZero() {
    var errors = ""
    var output = ""
    #expect(
      Program.execute(["copy", "-h"], output: { output += $0 }, errors: { errors += $0 }) == 0)
    #expect(output.hasPrefix("OVERVIEW: Copy weights.\n"))
    #expect(errors.isEmpty)
  }
}
