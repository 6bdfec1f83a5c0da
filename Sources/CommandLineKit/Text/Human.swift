import Foundation

/// Figures as a person would write them.
public enum Human {
  /// `0.4 s`, `12 s`, `2 min 05 s`, `3 h 07 min`, `2 d 04 h`.
  public static func duration(seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "–" }
    if seconds < 9.95 { return "\(fixed(max(0, seconds), decimals: 1)) s" }
    let whole = Int(seconds.rounded())
    switch whole {
    case ..<60: return "\(whole) s"
    case ..<3600: return "\(whole / 60) min \(twoDigits(whole % 60)) s"
    case ..<86_400: return "\(whole / 3600) h \(twoDigits(whole % 3600 / 60)) min"
    default: return "\(whole / 86_400) d \(twoDigits(whole % 86_400 / 3600)) h"
    }
  }

  /// `12,345`.
  public static func count(_ value: Int) -> String {
    var digits = Array(String(value.magnitude))
    for place in stride(from: digits.count - 3, to: 0, by: -3) {
      digits.insert(",", at: place)
    }
    return (value < 0 ? "-" : "") + String(digits)
  }

  /// `1 image`, `12,345 images`: the count before the noun in its number.
  public static func count(_ value: Int, _ singular: String) -> String {
    "\(count(value)) \(singular)\(value == 1 ? "" : "s")"
  }

  /// Decimal units, as disks are sold: `512 B`, `1.2 GB`.
  public static func bytes(_ value: Int) -> String {
    var amount = Double(value)
    for unit in ["B", "kB", "MB", "GB", "TB"] {
      // 999.95 and up would be printed as 1000.0.
      if abs(amount) < 999.5 || unit == "TB" {
        let decimals = unit == "B" || abs(amount) >= 99.95 ? 0 : 1
        return "\(fixed(amount, decimals: decimals)) \(unit)"
      }
      amount /= 1000
    }
    return "\(value) B"
  }

  /// `118 images/s`; below ten with one decimal, below one as seconds each: `4.2 s/step`.
  public static func rate(_ perSecond: Double, unit: String) -> String {
    guard perSecond.isFinite, perSecond > 0 else { return "– \(unit)/s" }
    if perSecond >= 9.95 { return "\(count(Int(perSecond.rounded()))) \(unit)/s" }
    if perSecond >= 0.95 { return "\(fixed(perSecond, decimals: 1)) \(unit)/s" }
    let single = unit.count > 1 && unit.hasSuffix("s") ? String(unit.dropLast()) : unit
    return "\(duration(seconds: 1 / perSecond))/\(single)"
  }

  /// A number with a fixed count of decimals: `0.50`.
  public static func fixed(_ value: Double, decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
  }

  private static func twoDigits(_ value: Int) -> String {
    value < 10 ? "0\(value)" : "\(value)"
  }
}
