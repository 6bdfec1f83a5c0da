/// Whether two networks find the same neighbours for the same images.
public struct NeighbourAgreement: Codable, Sendable, Hashable {
  /// The mean part of an image's k nearest neighbours that both networks name, |A ∩ B| / k (mutual
  /// nearest neighbours; Huh et al. 2024, eq. 11). By chance it is k / (N − 1).
  public var mutual: Double
  /// The mean of |A ∩ B| / |A ∪ B| (Jaccard).
  public var jaccard: Double

  /// Compares the neighbours of the same images in the same order, equally many.
  public init(_ first: NeighbourGraph, _ second: NeighbourGraph) {
    precondition(
      first.k == second.k && first.count == second.count,
      "NeighbourAgreement: \(first.k) neighbours of \(first.count) images and \(second.k) of "
        + "\(second.count)")
    let shared = zip(first.neighbours, second.neighbours).map {
      Double(Set($0).intersection($1).count)
    }
    let (k, count) = (Double(first.k), Double(first.count))
    mutual = shared.reduce(0) { $0 + $1 / k } / count
    jaccard = shared.reduce(0) { $0 + $1 / (2 * k - $1) } / count
  }
}
