import Foundation
import Testing

/// No space left on the device: a clear message, and what was done before stays.
@Suite(.enabled(if: SmallDisk.isPossible), .serialized) struct FullDiskTests {
  @Test func aFullImageCacheNamesItsVariable() async throws {
    let place = try Workplace()
    try place.shapes()
    let disk = try SmallDisk(in: place, kilobytes: 16)
    let run = try await place.glean(
      ["pretrain", "images", "--steps", "3"] + tiny, cache: disk.path)
    #expect(run.code == 1 && run.isOrderly, "\(run)")
    #expect(run.errors.contains("no space left"), "\(run)")
    #expect(run.errors.contains("point $GLEAN_CACHE at another disk"), "\(run)")
  }

  @Test func aRunWithoutSpaceSaysSoAndGoesOnWhenThereIs() async throws {
    let place = try Workplace()
    try place.shapes()
    let disk = try SmallDisk(in: place, kilobytes: 400)
    let command = ["pretrain", "images", "--steps", "3", "--out", "\(disk.path)/run"] + tiny
    let full = try await place.glean(command)
    #expect(full.code == 1 && full.isOrderly, "\(full)")
    #expect(full.errors.contains("run/checkpoint.safetensors: cannot be written"), "\(full)")
    #expect(full.errors.contains("free some space"), "\(full)")
  }

  @Test func aStudyWithoutSpaceKeepsItsFinishedRuns() async throws {
    let place = try Workplace()
    try place.shapes()
    let disk = try SmallDisk(in: place, kilobytes: 400)
    let command =
      [
        "compare", "images", "--bare", "--methods", "random,simclr", "--sizes", "40", "--seeds",
        "1",
      ]
      + ["--steps", "3", "--out", "\(disk.path)/study"] + tiny
    let full = try await place.glean(command)
    #expect(full.code == 1 && full.isOrderly, "\(full)")
    #expect(full.errors.contains("[1/2] random, 40 images, seed 0: linear"), "\(full)")
    #expect(full.errors.contains("cannot be written"), "\(full)")
    let again = try await place.glean(command)
    #expect(again.errors.contains("1 run was made before"), "\(again)")
    #expect(again.code == 1 && again.isOrderly, "\(again)")
  }

  @Test func aPictureWithoutSpaceSaysSo() async throws {
    let place = try Workplace()
    try place.shapes()
    let disk = try SmallDisk(in: place, kilobytes: 8)
    let views = try await place.glean(["views", "images", "--out", "\(disk.path)/views.png"])
    #expect(views.code == 1 && views.isOrderly, "\(views)")
    #expect(views.errors.contains("views.png: no space left"), "\(views)")
  }
}
