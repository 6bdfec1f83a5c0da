import Foundation
import TestSupport
import Testing

@testable import Images

/// Two classes of two images each, as an archive with a folder on top.
private func archive() throws -> [UInt8] {
  var entries = [SampleArchives.Entry(name: "set/", type: "5")]
  for name in ["cat/a", "cat/b", "dog/a", "dog/b"] {
    try withTemporaryFolder { folder in
      try writeNoise(to: "\(folder)/x.png", width: 60, height: 50, seed: UInt64(entries.count))
      entries.append(
        .init(
          name: "set/\(name).png",
          bytes: [UInt8](try Data(contentsOf: URL(filePath: "\(folder)/x.png")))))
    }
  }
  return SampleArchives.gzip(SampleArchives.tar(entries))
}

private func md5(_ bytes: [UInt8]) -> String { bytes.withUnsafeBytes(ImageCodec.md5).hexadecimal }

/// Fetches `/set.tgz` from a server of these manners; calls `body` with the folder that it went to.
private func fetch(
  _ manners: LoopbackServer.Manners, md5: String? = nil, bytes: Int? = nil,
  _ body: (_ folder: String, _ error: FetchError?, _ requests: [String]) throws -> Void
) throws {
  try withTemporaryFolder { place in
    let server = try LoopbackServer(manners)
    let set = PublishedSet(
      "test", title: "a test", page: "nowhere",
      files: [.init("\(server.address)/set.tgz", bytes: bytes, md5: md5)])
    var found: FetchError?
    do throws(FetchError) {
      try set.fetch(to: "\(place)/set", pause: 0.01)
    } catch {
      found = error
    }
    try body("\(place)/set", found, server.requests)
    if found != nil { #expect(!FileManager.default.fileExists(atPath: "\(place)/set")) }
  }
}

@Suite(.serialized) struct FetchTests {
  @Test func aSetIsDownloadedUnpackedAndReadable() throws {
    let file = try archive()
    try fetch(.init(files: ["/set.tgz": file]), md5: md5(file), bytes: file.count) {
      folder, error, requests in
      #expect(error == nil && requests == ["/set.tgz"])
      let listing = try ImageSource.scan(folder)
      #expect(listing.classes == ["cat", "dog"] && listing.count == 4)
      let note = try String(contentsOfFile: "\(folder)/SOURCE.txt", encoding: .utf8)
      #expect(note.contains("nowhere") && note.contains(md5(file)))
      #expect(!FileManager.default.fileExists(atPath: folder + ".partial"))
      // What is there is not asked for again.
      let set = PublishedSet("test", title: "", page: "", files: [.init("http://127.0.0.1:1/x")])
      try set.fetch(to: folder)
    }
  }

  @Test func aConnectionThatBreaksIsGoneOnWithWhereItBroke() throws {
    let file = try archive()
    var manners = LoopbackServer.Manners(files: ["/set.tgz": file])
    manners.breaks = [1000, 20_000, 0, 5000]
    try fetch(manners, md5: md5(file)) { folder, error, requests in
      #expect(error == nil, "\(String(describing: error))")
      #expect(
        requests == [
          "/set.tgz", "/set.tgz from 1000", "/set.tgz from 21000", "/set.tgz from 21000",
          "/set.tgz from 26000",
        ])
      let images = try ImageSource.scan(folder).count
      #expect(images == 4)
    }
  }

  @Test func aServerWithoutRangesBeginsAnew() throws {
    let file = try archive()
    var manners = LoopbackServer.Manners(files: ["/set.tgz": file])
    (manners.breaks, manners.hasRanges) = ([1000], false)
    try fetch(manners, md5: md5(file)) { folder, error, requests in
      #expect(error == nil && requests == ["/set.tgz", "/set.tgz from 1000", "/set.tgz"])
      let images = try ImageSource.scan(folder).count
      #expect(images == 4)
    }
  }

  @Test func aServerThatAnnouncesMoreThanItHasIsForgivenWhereTheContentIsKnown() throws {
    let file = try archive()
    var manners = LoopbackServer.Manners(files: ["/set.tgz": file])
    manners.lie = 100
    try fetch(manners, md5: md5(file)) { _, error, _ in #expect(error == nil) }
    manners.breaks = Array(repeating: 0, count: 20)
    try fetch(manners, md5: md5(file)) { _, error, requests in
      guard case .network(_, _, 5) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(requests.count == 5)
    }
  }

  @Test func aServerThatIsBusyIsAskedAgainAndOneThatRefusesIsNot() throws {
    let file = try archive()
    var manners = LoopbackServer.Manners(files: ["/set.tgz": file])
    manners.statuses = [503, 429]
    try fetch(manners, md5: md5(file)) { _, error, requests in
      #expect(error == nil && requests.count == 3)
    }
    try fetch(.init()) { folder, error, requests in
      #expect(requests.count == 1)
      #expect(error?.description.contains("the server answers 404. The publisher") == true)
    }
  }

  @Test func anotherFileThanExpectedIsNotKept() throws {
    let file = try archive()
    let page = Array("<!DOCTYPE html><html>Log in</html>".utf8)
    try fetch(.init(files: ["/set.tgz": page]), md5: md5(file)) { folder, error, _ in
      #expect(error?.description.contains("a web page, expected MD5 \(md5(file))") == true)
      #expect(!FileManager.default.fileExists(atPath: "\(folder).partial/set.tgz.part"))
    }
    try fetch(.init(files: ["/set.tgz": file]), bytes: file.count - 1) { _, error, _ in
      guard case .wrongFile = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
    // Without a checksum, what cannot be read is refused all the same.
    try fetch(.init(files: ["/set.tgz": page])) { _, error, _ in
      guard case .archive = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }
  }

  @Test func aPartOfAnEarlierVersionIsReplaced() throws {
    let file = try archive()
    try withTemporaryFolder { place in
      let server = try LoopbackServer(.init(files: ["/set.tgz": file]))
      try write(noise(5000), to: "\(place)/set.partial/set.tgz.part")
      let set = PublishedSet(
        "test", title: "a test", page: "nowhere",
        files: [.init("\(server.address)/set.tgz", md5: md5(file))])
      try set.fetch(to: "\(place)/set", pause: 0.01)
      #expect(server.requests == ["/set.tgz from 5000", "/set.tgz"])
      #expect(try ImageSource.scan("\(place)/set").count == 4)
    }
  }

  @Test func stoppingKeepsWhatHasCome() throws {
    let file = try archive()
    try withTemporaryFolder { place in
      var manners = LoopbackServer.Manners(files: ["/set.tgz": file])
      manners.breaks = [3000]
      let server = try LoopbackServer(manners)
      let set = PublishedSet(
        "test", title: "a test", page: "nowhere",
        files: [.init("\(server.address)/set.tgz", md5: md5(file))])
      var done = 0
      #expect(throws: FetchError.stopped) {
        try set.fetch(to: "\(place)/set", progress: { _, here, _ in done = here }) { done > 0 }
      }
      #expect(FileManager.default.fileExists(atPath: "\(place)/set.partial/set.tgz.part"))
      try set.fetch(to: "\(place)/set")
      #expect(server.requests == ["/set.tgz", "/set.tgz from 3000"])
    }
  }

  @Test func whatIsThereAndSomethingElseIsLeftAlone() throws {
    try withTemporaryFolder { place in
      try writeNoise(to: "\(place)/cifar10/mine.png")
      #expect(throws: FetchError.occupied("\(place)/cifar10")) {
        try PublishedSet.named("cifar10").fetch(to: "\(place)/cifar10")
      }
    }
  }

  @Test func mirrorsAreFoldersOrTheFileItself() {
    let file = PublishedSet.File("https://example.org/a/path.npz?download=1")
    #expect(file.name == "path.npz")
    for mirror in ["http://m/x", "http://m/x/", "http://m/x/path.npz"] {
      #expect(PublishedSet.address(of: file, in: mirror) == "http://m/x/path.npz")
    }
    #expect(Set(PublishedSet.names).count == PublishedSet.all.count)
    for file in PublishedSet.all.flatMap(\.files) {
      #expect(file.md5?.count == 32 && file.url.hasPrefix("http"))
    }
  }
}

struct UnpackingTests {
  /// Unpacks bytes; what lies in the folder afterwards, or what was wrong.
  private func unpack(_ bytes: [UInt8], limit: Int = 1_000_000) throws -> (
    files: [String], problem: String?
  ) {
    try withTemporaryFolder { place in
      try write(bytes, to: "\(place)/archive")
      try FileManager.default.createDirectory(
        atPath: "\(place)/in", withIntermediateDirectories: true)
      var problem: String?
      do throws(FetchError) {
        try Unpacking.unpack("\(place)/archive", into: "\(place)/in", limit: limit)
      } catch {
        problem = error.description
      }
      #expect(
        try FileManager.default.contentsOfDirectory(atPath: place).sorted() == ["archive", "in"])
      let files = FileManager.default.subpaths(atPath: "\(place)/in") ?? []
      return (files.sorted(), problem)
    }
  }

  @Test func filesAndFoldersOfTarAndZipAreWritten() throws {
    let tar = SampleArchives.tar([
      .init(name: "./", type: "5"), .init(name: "./a/b.txt", bytes: [1, 2]),
      .init(name: "c", bytes: noise(3000)),
    ])
    let zip = SampleArchives.zip([("a/", []), ("a/b.txt", [1, 2]), ("c", noise(3000))])
    for archive in [tar, SampleArchives.gzip(tar), zip] {
      let (files, problem) = try unpack(archive)
      #expect(files == ["a", "a/b.txt", "c"] && problem == nil, "\(problem ?? "")")
    }
  }

  @Test(arguments: ["../x", "a/../../x", "/tmp/x", "a\\..\\x", ".."])
  func pathsThatLeadOutAreRefusedBeforeAnythingIsWritten(name: String) throws {
    let tar = SampleArchives.tar([.init(name: "good", bytes: [1]), .init(name: name, bytes: [1])])
    for archive in [tar, SampleArchives.zip([("good", [1]), (name, [1])])] {
      let (files, problem) = try unpack(archive)
      #expect(files.isEmpty && problem?.contains("leads out of the folder") == true)
    }
  }

  @Test(arguments: ["1", "2"] as [Character])
  func linksAreRefused(type: Character) throws {
    let tar = SampleArchives.tar([
      .init(name: "l", type: type, link: "/etc"), .init(name: "l/x", bytes: [1]),
    ])
    let (files, problem) = try unpack(tar)
    #expect(files.isEmpty && problem?.contains("is a link") == true)
  }

  @Test func contentsBeyondTheLimitAreRefused() throws {
    let entries = (0..<10).map { SampleArchives.Entry(name: "\($0)", bytes: noise(2000)) }
    let tar = SampleArchives.tar(entries)
    for archive in [tar, SampleArchives.gzip(tar)] {
      let (files, problem) = try unpack(archive, limit: 15_000)
      #expect(files.isEmpty && problem?.contains("15000 bytes") == true, "\(problem ?? "")")
    }
  }

  @Test func whatIsCutOffOrNoArchiveIsAnError() throws {
    let tar = SampleArchives.tar([.init(name: "a", bytes: noise(3000))])
    for bytes in [
      Array(tar.prefix(2000)), Array(SampleArchives.gzip(tar).dropLast(100)), noise(700), [],
    ] {
      let (files, problem) = try unpack(bytes)
      #expect(files.isEmpty && problem != nil)
    }
  }
}
