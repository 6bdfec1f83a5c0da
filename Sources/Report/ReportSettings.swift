public import Foundation
public import Insight
public import Study

/// What a report says beside the results: where they come from and how to make them again.
public struct ReportSettings: Sendable {
  /// A line of the table of facts.
  public struct Fact: Sendable {
    /// What it is: "Classes".
    public var name: String
    /// Its value: "10 (airplane, automobile, …)".
    public var value: String

    /// Makes a line.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A file that could not be read.
  public struct SkippedFile: Sendable {
    /// Its path.
    public var path: String
    /// Why it was left out.
    public var reason: String

    /// Makes an entry.
    public init(path: String, reason: String) {
      self.path = path
      self.reason = reason
    }
  }

  /// Another file.
  public struct Link: Sendable {
    /// What it is called.
    public var title: String
    /// Where it is, seen from the page.
    public var address: String

    /// Makes a link.
    public init(_ title: String, to address: String) {
      self.title = title
      self.address = address
    }
  }

  /// The heading.
  public var title: String
  /// The command that makes the study again.
  public var command: String
  /// The exact settings of the study, as JSON.
  public var settingsJSON: String
  /// Which optimiser settings the runs follow, a sentence each.
  public var recipes: [String]
  /// Facts of the data set: images, classes, splits.
  public var facts: [Fact]
  /// The files that were left out.
  public var skippedFiles: [SkippedFile]
  /// Limits beside those that the summary names.
  public var limits: [String]
  /// Runs of the plan that are neither finished nor failed.
  public var missing: [PlannedRun] = []
  /// Files beside the page, and the page of the whole that it is a part of.
  public var links: [Link] = []
  /// What the networks have learnt, if that was looked at.
  public var inspection: Inspection?
  /// The Glean that made the report.
  public var gleanVersion: String
  /// When the report was made.
  public var madeAt: Date

  /// Gathers what a report says beside the results.
  public init(
    title: String, command: String, settingsJSON: String, recipes: [String] = [],
    facts: [Fact] = [], skippedFiles: [SkippedFile] = [], limits: [String] = [],
    inspection: Inspection? = nil, gleanVersion: String = "",
    madeAt: Date = Date()
  ) {
    self.title = title
    self.command = command
    self.settingsJSON = settingsJSON
    self.recipes = recipes
    self.facts = facts
    self.skippedFiles = skippedFiles
    self.limits = limits
    self.inspection = inspection
    self.gleanVersion = gleanVersion
    self.madeAt = madeAt
  }
}

/// What can go wrong when a report is written.
public enum ReportError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file cannot be written.
  case cannotWrite(path: String, reason: String)
  /// The port cannot be listened on.
  case cannotServe(port: Int, reason: String)

  /// The message for the user.
  public var description: String {
    switch self {
    case .cannotWrite(let path, let reason):
      "\(path): cannot write the report (\(reason)). Check that the folder exists, is writable and has "
        + "space; a study's results are kept, and `glean report` makes its page again."
    case .cannotServe(let port, let reason):
      "port \(port) of 127.0.0.1: cannot be listened on (\(reason)). Give another --port, or leave it "
        + "out for one that is free."
    }
  }
}
