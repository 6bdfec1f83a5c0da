public import Foundation

/// Hashes that name things by their content.
public enum Digest {
  /// SHA-256 of a text, as 64 hexadecimal digits.
  public static func sha256(_ text: String) -> String {
    Array(text.utf8).withUnsafeBytes(ImageCodec.sha256).hexadecimal
  }

  /// SHA-256 of bytes, as 64 hexadecimal digits.
  public static func sha256(_ data: Data) -> String {
    data.withUnsafeBytes(ImageCodec.sha256).hexadecimal
  }
}
