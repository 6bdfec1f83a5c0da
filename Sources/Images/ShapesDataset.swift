import Foundation

/// Images of Glean's own for demonstrations and tests: one textured shape each, of 8 classes.
///
/// Place, size, rotation, colours, lighting, background and noise vary independently of the class, so
/// that pixels alone hardly tell the classes apart. Of eight textures most shapes wear the one of
/// their class.
public enum ShapesDataset {
  /// The class names, sorted.
  public static let classes: [String] = ShapesOutline.allCases.map(\.rawValue)

  /// Writes `train/CLASS/00001.png …`, `test/CLASS/…` and `factors.csv`, the true factors of every
  /// image: lengths in units of half the image's side, angles in radians, hues in 0..<1, noise as
  /// standard deviation in 0...1, clutter as the number of strokes. The classes are equally
  /// frequent. Files that are there with the same content keep their time of change.
  ///
  /// - Parameters:
  ///   - train: Images in `train/`.
  ///   - test: Images in `test/`.
  ///   - size: Side of the images in pixels.
  ///   - seed: Equal seeds give equal files.
  /// - Throws: `ImageError` where a file cannot be written.
  public static func write(
    to folder: String, train: Int = 2000, test: Int = 500, size: Int = 32, seed: UInt64 = 0
  ) throws(ImageError) {
    precondition(train >= 0 && test >= 0 && size >= 8, "ShapesDataset: size must be at least 8")
    for part in ["train", "test"] {
      for name in classes {
        do {
          try FileManager.default.createDirectory(
            atPath: "\(folder)/\(part)/\(name)", withIntermediateDirectories: true)
        } catch {
          throw .cannotWrite(
            path: "\(folder)/\(part)/\(name)", reason: (error as NSError).localizedDescription)
        }
      }
    }
    let rows = parallelMap(train + test) { index -> Result<String, ImageError> in
      let isTrain = index < train
      let position = isTrain ? index : index - train
      do throws(ImageError) {
        return .success(
          try writeImage(
            position, of: isTrain ? "train" : "test", in: folder, size: size,
            generator: SeededGenerator(seed: seed, stream: UInt64(index + 1))))
      } catch {
        return .failure(error)
      }
    }
    var table =
      "path,class,texture,x,y,scale,rotation,hue,background_hue,light_direction,noise,clutter\n"
    for row in rows { table += try row.get() }
    try TemporaryFile.write([UInt8](table.utf8), to: "\(folder)/factors.csv")
  }

  /// One picture of a class, size × size × 3 bytes.
  package static func image(classIndex: Int, size: Int, seed: UInt64) -> [UInt8] {
    var generator = SeededGenerator(seed: seed)
    let scene = ShapesScene(ShapesOutline.allCases[classIndex], using: &generator)
    return scene.render(size: size, using: &generator)
  }

  /// Returns the image's line of the table.
  private static func writeImage(
    _ position: Int, of part: String, in folder: String, size: Int, generator: SeededGenerator
  ) throws(ImageError) -> String {
    var generator = generator
    let outline = ShapesOutline.allCases[position % ShapesOutline.allCases.count]
    let scene = ShapesScene(outline, using: &generator)
    let pixels = scene.render(size: size, using: &generator)
    let number = String(position / ShapesOutline.allCases.count + 1)
    let digits = String(repeating: "0", count: max(0, 5 - number.count)) + number
    let path = "\(part)/\(outline.rawValue)/\(digits).png"
    try ImageFile.write(pixels, width: size, height: size, to: "\(folder)/\(path)")
    let factors = [
      scene.centre.x, scene.centre.y, scene.scale, scene.rotation, scene.hue, scene.backgroundHue,
      scene.lightDirection, scene.noise,
    ].map { String(format: "%.4f", $0) }
    let columns = [path, outline.rawValue, scene.surface.texture.rawValue] + factors
    return (columns + [String(scene.strokes.count)]).joined(separator: ",") + "\n"
  }
}
