import Foundation
import Study
import Testing

/// What happens when the file is not what it should be.
@Suite struct ResultStoreFilesTests {
  @Test func aTextFileIsRefusedAndLeftAlone() throws {
    try withFolder { folder in
      let path = folder + "/notes.txt"
      let text = Data(String(repeating: "not a database\n", count: 100).utf8)
      try text.write(to: URL(fileURLWithPath: path))
      let error = #expect(throws: DatabaseError.self) { try ResultStore(path: path) }
      #expect(error?.description.hasPrefix(path) == true)
      #expect(error?.description.contains("not an SQLite database") == true)
      #expect(error?.description.contains("name another") == true)
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == text)
    }
  }

  @Test func anotherProgramsDatabaseIsRefusedAndLeftAlone() throws {
    try withFolder { folder in
      let path = folder + "/photos.sqlite"
      do {
        let other = try Database(path: path)
        try other.execute("CREATE TABLE photos(name TEXT)")
      }
      let before = try Data(contentsOf: URL(fileURLWithPath: path))
      #expect(
        throws: DatabaseError.foreign(
          path: path, found: "another program's SQLite database")
      ) { try ResultStore(path: path) }
      #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }
  }

  @Test func aDatabaseFromANewerGleanSaysSo() throws {
    try withFolder { folder in
      let path = folder + "/study.sqlite"
      _ = try ResultStore(path: path)
      do {
        let later = try Database(path: path)
        try later.execute("PRAGMA user_version = 99")
      }
      let error = #expect(throws: DatabaseError.self) { try ResultStore(path: path) }
      #expect(error == .newer(path: path, found: 99, known: 3))
      #expect(error?.description.contains("Update Glean") == true)
    }
  }

  @Test func aDamagedDatabaseSaysSo() throws {
    try withFolder { folder in
      let path = folder + "/study.sqlite"
      do {
        let store = try ResultStore(path: path)
        for index in 0..<50 { _ = try store.begin(sampleRun("\(index)")) }
      }
      let url = URL(fileURLWithPath: path)
      var bytes = try Data(contentsOf: url)
      #expect(bytes.count > 8192)
      // All but the first page, which says that this is a Glean database.
      bytes.replaceSubrange(4096..., with: Data(repeating: 0xA5, count: bytes.count - 4096))
      try bytes.write(to: url)
      let error = #expect(throws: DatabaseError.self) { try ResultStore(path: path) }
      guard case .damaged = error else {
        Issue.record("expected .damaged, found \(String(describing: error))")
        return
      }
      #expect(error?.description.contains(".recover") == true)
    }
  }

  @Test func aTruncatedDatabaseSaysSo() throws {
    try withFolder { folder in
      let path = folder + "/study.sqlite"
      do {
        let store = try ResultStore(path: path)
        for index in 0..<50 { _ = try store.begin(sampleRun("\(index)")) }
      }
      let url = URL(fileURLWithPath: path)
      try Data(contentsOf: url).prefix(8192).write(to: url)
      #expect(throws: DatabaseError.self) {
        _ = try ResultStore(path: path).allRuns()
      }
    }
  }

  @Test func aFolderThatIsNotThereSaysSo() throws {
    let path = "/nonexistent/folder/study.sqlite"
    let error = #expect(throws: DatabaseError.self) { try ResultStore(path: path) }
    guard case .cannotOpen(path, _) = error else {
      Issue.record("expected .cannotOpen, found \(String(describing: error))")
      return
    }
    #expect(error?.description.contains("Check that the folder exists") == true)
  }

  @Test func aValueThatAnotherProgramPutInSaysWhichField() throws {
    try withFolder { folder in
      let path = folder + "/study.sqlite"
      let store = try ResultStore(path: path)
      _ = try store.begin(sampleRun("a"))
      try Database(path: path).execute("UPDATE runs SET status = 'maybe'")
      let error = #expect(throws: DatabaseError.self) { try store.allRuns() }
      #expect(error?.description.contains("runs.status") == true)
      #expect(error?.description.contains("running, finished, failed") == true)
    }
  }
}
