// swift-tools-version: 6.2
import Foundation
import PackageDescription

// libtorch is $LIBTORCH (a folder with include/ and lib/) or the `torch` package in ./.venv;
// `make setup` installs the second.
let libtorch: String = {
  if let path = Context.environment["LIBTORCH"], !path.isEmpty { return path }
  let venv = Context.packageDirectory + "/.venv/lib"
  let pythons = (try? FileManager.default.contentsOfDirectory(atPath: venv)) ?? []
  return venv + "/\(pythons.sorted().last ?? "python3")/site-packages/torch"
}()

let cxx: [CXXSetting] = [
  .unsafeFlags([
    "-isystem", "\(libtorch)/include",
    "-isystem", "\(libtorch)/include/torch/csrc/api/include",
    "-Wall", "-Wextra", "-Werror",
  ])
]
// What runs are recorded with. A target of its own, so that a new commit compiles one line anew.
let commit =
  Context.gitInformation.map { $0.currentCommit + ($0.hasUncommittedChanges ? "+" : "") } ?? ""
let torchLinker: [LinkerSetting] = [
  .unsafeFlags([
    "-L\(libtorch)/lib", "-Xlinker", "-rpath", "-Xlinker", "\(libtorch)/lib",
  ]),
  .linkedLibrary("torch"), .linkedLibrary("torch_cpu"), .linkedLibrary("c10"),
]
let swift: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  // Tests see internals in release too, so that one build serves program and tests.
  .unsafeFlags(["-enable-testing"], .when(configuration: .release)),
]

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: swift)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: ["TestSupport", .target(name: name)] + dependencies,
    swiftSettings: swift)
}

let package = Package(
  name: "Glean",
  platforms: [.macOS(.v15)],
  products: [
    .library(name: "Glean", targets: ["Glean"]),
    .executable(name: "glean", targets: ["GleanCLI"]),
    .executable(name: "glean-bench", targets: ["GleanBench"]),
    .executable(name: "glean-fuzz", targets: ["GleanFuzz"]),
  ],
  targets: [
    .target(name: "CTorch", cxxSettings: cxx, linkerSettings: torchLinker),
    .systemLibrary(
      name: "CVips", pkgConfig: "vips",
      providers: [.apt(["libvips-dev"]), .brew(["vips"])]),
    .systemLibrary(
      name: "CCrypto", pkgConfig: "libcrypto",
      providers: [.apt(["libssl-dev"]), .brew(["openssl@3"])]),
    .systemLibrary(
      name: "CZlib", pkgConfig: "zlib",
      providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
    .systemLibrary(
      name: "CSQLite", pkgConfig: "sqlite3",
      providers: [.apt(["libsqlite3-dev"]), .brew(["sqlite3"])]),

    room("Torch", ["CTorch"]),
    room("TorchNN", ["Torch"]),
    room("Images", ["CCrypto", "CVips", "CZlib", "Torch"]),
    room("Augment", ["Images", "Torch"]),
    room("Backbones", ["TorchNN", "Torch"]),
    room("Pretext", ["Augment", "Backbones", "TorchNN", "Torch"]),
    room("Downstream", ["Augment", "Backbones", "Images", "TorchNN", "Torch"]),
    room("Insight", ["Downstream", "Augment", "Backbones", "Images", "TorchNN", "Torch"]),
    room(
      "Training", ["Insight", "Pretext", "Augment", "Backbones", "Images", "TorchNN", "Torch"]),
    room(
      "Study",
      [
        "CSQLite", "Downstream", "Insight", "Training", "Pretext", "Augment", "Backbones", "Images",
        "TorchNN", "Torch",
      ]),
    room("Report", ["Study", "Training", "Insight", "Pretext", "Backbones", "Images"]),
    room(
      "Glean",
      [
        "Torch", "TorchNN", "Images", "Augment", "Backbones", "Pretext", "Training",
        "Downstream", "Insight", "Study", "Report",
      ]),
    room("CommandLineKit"),
    .target(name: "CCommit", cSettings: [.define("GLEAN_COMMIT", to: "\"\(commit)\"")]),
    .executableTarget(
      name: "GleanCLI", dependencies: ["CCommit", "Glean", "CommandLineKit"], swiftSettings: swift),
    .executableTarget(
      name: "GleanBench",
      dependencies: [
        "CommandLineKit", "Downstream", "Training", "Pretext", "Augment", "Backbones", "Images",
        "TorchNN", "Torch",
      ],
      path: "Benchmarks",
      exclude: [
        "python", "augment.sh", "downstream.sh", "fidelity.sh", "general.sh", "methods.sh",
        "pages.sh", "results", "RESULTS.md",
      ],
      swiftSettings: swift),

    .executableTarget(
      name: "GleanFuzz", dependencies: ["CommandLineKit", "Images", "TestSupport"], path: "Fuzz",
      swiftSettings: swift),

    .target(
      name: "TestSupport", dependencies: ["Images", "Torch"], path: "Tests/TestSupport",
      swiftSettings: swift),
    tests(of: "Torch"),
    tests(of: "TorchNN"),
    tests(of: "Images"),
    tests(of: "Augment"),
    tests(of: "Backbones"),
    tests(of: "Pretext", ["Augment", "Backbones", "TorchNN", "Torch"]),
    tests(of: "Training", ["Insight", "Pretext", "Augment", "Backbones", "TorchNN", "Torch"]),
    tests(of: "Downstream", ["Augment", "Backbones", "Images", "TorchNN", "Torch"]),
    tests(of: "Insight", ["Downstream", "Augment", "Backbones", "Images", "TorchNN", "Torch"]),
    tests(
      of: "Study", ["Augment", "Downstream", "Training", "Pretext", "Backbones", "Images", "Torch"]),
    tests(of: "Report", ["Study", "Insight", "Training", "Pretext", "Backbones"]),
    tests(of: "CommandLineKit"),
    tests(of: "GleanCLI"),
  ],
  cxxLanguageStandard: .cxx20
)
