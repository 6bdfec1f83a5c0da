/// A comparison of self-supervised methods that was published, to stand beside one's own: figures in
/// percent, one run each, by experiment.
public struct PublishedStudy: Encodable, Sendable {
  /// A method or baseline on one kind of network.
  public struct Row: Encodable, Sendable {
    /// The row's name in a study: `simclr`, ``Baseline/supervised``.
    public var method: String
    /// "ResNet" or "ViT".
    public var network: String
    /// By experiment; `nil` where there is none.
    public var figures: [Double?]
  }

  /// Author and year, as a sentence names it.
  public var name: String
  /// Where the figures are from.
  public var source: String
  /// What it was judged on.
  public var experiments: [String]
  /// Its rows, methods first.
  public var rows: [Row]

  /// The rows of a method or baseline: one for each network.
  public func rows(of method: String) -> [Row] { rows.filter { $0.method == method } }

  /// Konstantakos et al., "Self-supervised visual learning in the low-data regime: a comparative
  /// evaluation", Neurocomputing 620:129199, arXiv 2404.17202: top-5, but for STL-10 and the three
  /// domains, which are top-1, after fine-tuning with labels. ImageNet-A, -P and -C are its ImageNet-100
  /// runs met with other images, *imbalanced* is ImageNet-LT.
  public static let konstantakos2025 = PublishedStudy(
    name: "Konstantakos et al. (2025)",
    source:
      "Figures published with the code of Konstantakos et al. (Neurocomputing 620:129199, arXiv "
      + "2404.17202) in November 2023; those of the final version may differ. 50,000 to 300,000 "
      + "images to pretrain on, fine-tuned with labels, one run each.",
    experiments: [
      "ImageNet-100", "Places-100", "COCO", "STL-10", "ADE20K", "SUN", "ImageNet-A", "ImageNet-P",
      "ImageNet-C", "imbalanced", "VTAB natural", "VTAB specialised", "VTAB structured",
      "AID (remote sensing)", "ChestX-Det (X-rays)", "SIXRay-10 (security)",
    ],
    rows: [
      Row(
        method: "simclr", network: "ResNet",
        figures: [
          73.5, 69.8, 70.8, 64.2, 49.4, 51.7, 70.3, 75.1, 68.3, 63.2, 62.5, 58.3, 60.1, 58.1, 68.2,
          73.3,
        ]),
      Row(
        method: "dino", network: "ViT",
        figures: [
          72.1, 68.5, 75.7, 67.1, 53.1, 55.2, 73.0, 78.2, 72.6, 79.1, 65.2, 61.8, 63.0, 65.7, 76.4,
          74.1,
        ]),
      Row(
        method: "mae", network: "ViT",
        figures: [
          72.7, 69.1, 74.4, 65.7, 51.1, 53.3, 74.6, 76.5, 70.4, 69.3, 66.7, 62.9, 64.5, 63.5, 72.1,
          69.7,
        ]),
      Row(
        method: "deepcluster-v2", network: "ResNet",
        figures: [
          70.3, 66.8, 67.0, 59.3, 46.2, 48.1, 66.4, 68.7, 64.2, 59.1, 60.3, 56.7, 58.2, 57.4, 70.6,
          66.3,
        ]),
      Row(
        method: Baseline.random, network: "ResNet",
        figures: [70.6, 70.3] + Array(repeating: nil, count: 14)),
      Row(
        method: Baseline.random, network: "ViT",
        figures: [71.2, 70.9] + Array(repeating: nil, count: 14)),
      Row(
        method: Baseline.supervised, network: "ResNet",
        figures: [
          nil, nil, 73.2, 67.8, 54.3, 53.5, 77.2, 78.0, 73.5, 78.2, 63.2, 62.8, 62.5, 60.2, 70.3,
          68.4,
        ]),
      Row(
        method: Baseline.supervised, network: "ViT",
        figures: [
          nil, nil, 74.9, 69.7, 56.2, 55.8, 78.3, 78.5, 74.0, 80.0, 67.1, 64.7, 66.0, 65.1, 73.6,
          72.5,
        ]),
      Row(
        method: Baseline.general, network: "ResNet",
        figures: [
          nil, nil, 79.1, 73.6, 57.4, 59.4, 81.8, 83.0, 76.5, 85.3, 66.9, 63.4, 65.8, 66.2, 72.5,
          70.2,
        ]),
      Row(
        method: Baseline.general, network: "ViT",
        figures: [
          nil, nil, 80.4, 75.4, 58.9, 61.2, 82.5, 84.2, 77.6, 86.2, 68.2, 64.2, 66.5, 68.7, 74.5,
          73.9,
        ]),
    ])
}
