import Foundation
import Testing

@testable import Images

/// A DICOM file of 16 × 8 samples made by dcmtk, or nil where that is not installed.
private func dicom(
  _ samples: [UInt16], photometric: String = "MONOCHROME2", extra: String = "", to path: String
) throws {
  try write(samples.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }, to: path + ".raw")
  let text = """
    (0002,0010) UI =LittleEndianExplicit
    (0008,0016) UI =SecondaryCaptureImageStorage
    (0008,0018) UI [1.2.3.4.5]
    (0028,0002) US 1
    (0028,0004) CS [\(photometric)]
    (0028,0010) US 8
    (0028,0011) US 16
    (0028,0100) US 16
    (0028,0101) US 12
    (0028,0102) US 11
    (0028,0103) US 0
    \(extra)
    (7fe0,0010) OW =\(path).raw

    """
  try write(text.utf8, to: path + ".txt")
  let process = Process()
  process.executableURL = URL(filePath: "/usr/bin/env")
  process.arguments = ["dump2dcm", path + ".txt", path]
  process.standardError = FileHandle.nullDevice
  try process.run()
  process.waitUntilExit()
  for suffix in [".raw", ".txt"] { try FileManager.default.removeItem(atPath: path + suffix) }
}

@Suite(
  .enabled(if: DicomFile.path != nil, "dcmtk is not installed: apt-get install dcmtk"))
struct DicomTests {
  /// 0 to 4064 in steps of 32.
  private let ramp = (0..<128).map { UInt16(32 * $0) }

  private func pixels(
    _ samples: [UInt16], photometric: String = "MONOCHROME2", extra: String = "",
    range: ClosedRange<Double>? = nil
  ) throws -> [UInt8] {
    try withTemporaryFolder { folder in
      try dicom(samples, photometric: photometric, extra: extra, to: "\(folder)/images/a.dcm")
      let options = StoreOptions(range: range, cacheFolder: "\(folder)/cache")
      let (store, report) = try ImageStore.open("\(folder)/images", options: options)
      #expect(report.skipped.isEmpty && shape(store) == "8 x 16 x 1")
      return store.pixels(at: 0)
    }
  }

  @Test func twelveBitsKeepTheirRangeAndMONOCHROME1IsInverted() throws {
    let plain = try pixels(ramp)
    for (step, level) in plain.enumerated() {
      #expect(abs(Double(level) - 255 * Double(step) / 127) <= 2)
    }
    let inverted = try pixels(ramp, photometric: "MONOCHROME1")
    for (one, other) in zip(plain, inverted) { #expect(abs(Int(one) + Int(other) - 255) <= 2) }
  }

  @Test func moreThan256LevelsAreThereToBeScaled() throws {
    // Samples of 100 to 227: 8 bits of the 12 would tell 8 of them.
    let levels = Set(try pixels((0..<128).map { UInt16(100 + $0) }))
    #expect(levels.count > 100)
  }

  @Test func theFilesWindowIsAppliedToRescaledValues() throws {
    // Values from −1024 on in steps of 32; the window shows −424 to −25 or so.
    let window = """
      (0028,1050) DS [-224]
      (0028,1051) DS [400]
      (0028,1052) DS [-1024]
      (0028,1053) DS [1]
      """
    let shown = try pixels(ramp, extra: window, range: 0...65535)
    for (step, level) in shown.enumerated() {
      let value = Double(32 * step - 1024)
      let expected = min(255, max(0, 255 * (value + 424) / 400))
      #expect(abs(Double(level) - expected) <= 2, "\(value): \(level)")
    }
  }

  @Test func damagedFilesAreSkippedWithTheToolsReason() throws {
    try withTemporaryFolder { folder in
      try dicom(ramp, to: "\(folder)/images/a.dcm")
      let whole = try #require(FileManager.default.contents(atPath: "\(folder)/images/a.dcm"))
      try write(whole.prefix(200), to: "\(folder)/images/b.dcm")
      let options = StoreOptions(cacheFolder: "\(folder)/cache")
      let report = try ImageStore.open("\(folder)/images", options: options).report
      #expect(report.skipped.map(\.path) == ["b.dcm"])
      #expect(report.skipped.first?.reason.contains("dcmj2pnm") == true)
    }
  }
}

struct OtherMedicalImagesTests {
  @Test func volumesAreRefusedWithWhatToDo() throws {
    try withTemporaryFolder { folder in
      try write([0x1F, 0x8B], to: "\(folder)/set/a/x.nii.gz")
      for path in ["\(folder)/set", "\(folder)/set/a/x.nii.gz"] {
        do {
          _ = try ImageSource.scan(path)
          Issue.record("it was read")
        } catch {
          #expect("\(error)".contains("NIfTI") && "\(error)".contains("nibabel"))
        }
      }
    }
  }
}
