import CommandLineKit
import Testing

@testable import func CommandLineKit.displayWidth

@Suite struct HelpTests {
  @Test func theManualOfACommand() {
    #expect(
      Pretrain.helpText() == """
        OVERVIEW: Pretrain a backbone on your own images, without labels.

        The folder may hold images directly, or one folder a class.

        USAGE: pretrain <images> [<more> ...] [<options>]

        ARGUMENTS:
          <images>                A folder of images.
          <more>                  More folders.

        OPTIONS:
          -e, --epochs <epochs>   Passes over the images. (default: 100)
          --lr <rate>             Peak learning rate.
          --methods <methods>     Methods to compare. (values: simclr, random,
                                  supervised; default: simclr,random)
          --sizes <sizes>         Numbers of images.
          --cache/--no-cache      Reuse the image store of an earlier run. (default: on)
          --bf16/--no-bf16        Use bf16; chosen by the machine when not given.
          -v, --verbose           Say more.
          -h, --help              Show this help.

        COMMON OPTIONS:
          --seed <seed>           Seed of all random streams. (default: 0)
          -q, --quiet             Show no progress.

        EXAMPLES:
          $ glean pretrain photos --epochs 100
              Pretrain SimCLR for 100 epochs and write weights and metrics beside the
              photos.

        """)
  }

  @Test func theManualOfAGroup() {
    #expect(
      DataCommands.helpText() == """
        OVERVIEW: Look at images.

        USAGE: data <subcommand>

        SUBCOMMANDS:
          describe                Describe a folder of images.

        OPTIONS:
          -h, --help              Show this help.

        EXAMPLES:
          $ glean data describe photos
              Counts the images of each class.

          See 'data <subcommand> --help' for one of them.

        """)
  }

  @Test(arguments: [40, 50, 66, 100])
  func descriptionsFitTheWindow(width: Int) {
    for line in Pretrain.helpText(width: width).split(separator: "\n")
    where !line.hasPrefix("  $") {
      #expect(displayWidth(line) <= width, "\(line)")
    }
  }

  @Test func requiredOptionsSayThatTheyAre() {
    #expect(Copy.helpText().contains("--to <to>               Where to. (required)"))
  }
}
