import Torch

extension ViewSheet {
  /// What the robustness test does to images: a row a corruption, in the order of ``Corruption``;
  /// for each image six columns, the clean image and severities 1 to 5. Rows and columns are named where
  /// libvips draws text.
  /// - Parameters:
  ///   - indices: which images.
  ///   - store: where they are.
  ///   - size: pixels of the side at which they are corrupted, the network's input.
  ///   - seed: decides the noise.
  ///   - cell: pixels of the side in the picture. Enlarged pixels stay square.
  public init(
    corrupting indices: [Int], of store: DeviceStore, size: Int, seed: UInt64, cell: Int = 96
  ) {
    let corruptions = Corruption.allCases
    let severities = Corruption.severities
    let block = severities.count + 1
    let names = ["clean"] + severities.map { "\($0)" }
    self.init(
      rows: corruptions.count, columns: block * indices.count, cell: cell,
      rowNames: corruptions.map(\.rawValue), columnNames: indices.flatMap { _ in names }
    ) { paste in
      func show(_ batch: Tensor, row: Int, severity: Int) {
        let images = store.denormalized(batch).to(.cpu)
        for number in indices.indices {
          paste(images[number..<number + 1], row, block * number + severity, cell, cell)
        }
      }
      let clean = store.evaluationBatch(indices: indices, size: size)
      for (row, corruption) in corruptions.enumerated() {
        show(clean, row: row, severity: 0)
        for severity in severities {
          show(
            store.evaluationBatch(
              indices: indices, size: size, corruption: corruption, severity: severity, seed: seed),
            row: row, severity: severity)
        }
      }
    }
  }
}
