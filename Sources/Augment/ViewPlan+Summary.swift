extension ViewPlan {
  /// The views in words, a line a group: `2 views of 32×32 pixels: crop of 20–100% of the area, …`.
  public var summary: [String] {
    groups.map { group in
      let views = group.count == 1 ? "1 view" : "\(group.count) views"
      return "\(views) of \(group.size)×\(group.size) pixels: \(group.augmentation.summary)"
    }
  }
}

extension Augmentation {
  /// What may happen to an image, in order, with the probabilities.
  public var summary: String {
    func percent(_ share: Double) -> String { "\(Int((100 * share).rounded()))%" }
    var parts = [
      crop.map {
        "crop of \(percent($0.minimumScale)) to \(percent($0.maximumScale)) of the area"
      } ?? "the centred square"
    ]
    if let rotation { parts.append(rotation.summary) }
    if flip > 0 { parts.append("left-right flip (\(percent(flip)))") }
    if verticalFlip > 0 { parts.append("upside-down flip (\(percent(verticalFlip)))") }
    if let jitter {
      parts.append(
        "brightness ±\(percent(jitter.brightness)), contrast ±\(percent(jitter.contrast)), "
          + "saturation ±\(percent(jitter.saturation)), hue ±\(jitter.hue) turns "
          + "(\(percent(jitter.probability)))")
    }
    if grayscale > 0 { parts.append("grayscale (\(percent(grayscale)))") }
    if let blur, blur.probability > 0 {
      parts.append(
        "blur of \(blur.minimumSigma) to \(blur.maximumSigma) pixels (\(percent(blur.probability)))"
      )
    }
    if let solarize, solarize.probability > 0 {
      parts.append("solarisation (\(percent(solarize.probability)))")
    }
    return parts.joined(separator: ", ")
  }
}

extension Rotation {
  /// `turn by any angle`, `turn of up to 15° either way`, `quarter turns`.
  var summary: String {
    if quarterTurns { return degrees >= 180 ? "quarter turns" : "quarter turn either way" }
    return degrees >= 180
      ? "turn by any angle" : "turn of up to \(Int(degrees.rounded()))° either way"
  }
}
