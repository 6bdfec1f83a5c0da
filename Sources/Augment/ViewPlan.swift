/// Views of one size and recipe.
public struct ViewGroup: Codable, Sendable, Equatable {
  /// How many views of each image.
  public var count: Int
  /// Height and width of a view in pixels.
  public var size: Int
  /// How each is made.
  public var augmentation: Augmentation

  /// `count` views of `size` × `size` pixels.
  public init(count: Int = 1, size: Int, augmentation: Augmentation) {
    precondition(count > 0 && size > 0, "ViewGroup: \(count) views of \(size) pixels")
    self.count = count
    self.size = size
    self.augmentation = augmentation
  }
}

/// The views that a method wants of each image, in order.
public struct ViewPlan: Codable, Sendable, Equatable {
  /// The groups; their views follow one another.
  public var groups: [ViewGroup]

  /// Views of these groups, in this order.
  public init(_ groups: [ViewGroup]) { self.groups = groups }

  /// The number of views of each image.
  public var count: Int { groups.reduce(0) { $0 + $1.count } }

  /// The groups repeated: one entry a view.
  public var views: [ViewGroup] { groups.flatMap { Array(repeating: $0, count: $0.count) } }

  /// One view: supervised training, MAE, RotNet.
  public static func one(size: Int, _ augmentation: Augmentation = .supervised) -> ViewPlan {
    ViewPlan([ViewGroup(size: size, augmentation: augmentation)])
  }

  /// Two views of one recipe: SimCLR, VICReg, SimSiam.
  public static func two(size: Int, _ augmentation: Augmentation) -> ViewPlan {
    .several(2, size: size, augmentation)
  }

  /// `count` views of one recipe, at least two: FastSiam, MMCR, W-MSE.
  public static func several(_ count: Int, size: Int, _ augmentation: Augmentation) -> ViewPlan {
    ViewPlan([ViewGroup(count: max(2, count), size: size, augmentation: augmentation)])
  }

  /// BYOL's two views, which differ in blur and solarisation; also Barlow Twins'. On small images
  /// libraries leave the blur out.
  public static func byol(size: Int, blur: Bool = true) -> ViewPlan {
    ViewPlan([
      ViewGroup(size: size, augmentation: .byolView(blur: blur ? 1 : 0, solarize: 0)),
      ViewGroup(size: size, augmentation: .byolView(blur: blur ? 0.1 : 0, solarize: 0.2)),
    ])
  }

  /// VICReg's two views: BYOL's colours and larger crops, a tenth of them solarised; also VIbCReg's.
  public static func vicReg(size: Int, blur: Bool) -> ViewPlan {
    .two(size: size, .byolView(blur: blur ? 0.5 : 0, solarize: 0.1, scale: 0.2...1))
  }

  /// Two large views of much of the image, then small ones of little of it: multi-crop (Caron et al.
  /// 2020).
  /// - Parameters:
  ///   - size: pixels of a large view.
  ///   - locals: how many small views, of ``localSize(for:)`` pixels.
  ///   - split: the share of the area that parts large views from small ones.
  ///   - recipes: the colours of the first large view, the second and the small ones; their crops
  ///     are replaced.
  public static func multiCrop(
    size: Int, locals: Int, split: Double,
    recipes: (first: Augmentation, second: Augmentation, local: Augmentation)
  ) -> ViewPlan {
    func group(
      _ recipe: Augmentation, count: Int = 1, size: Int, scale: ClosedRange<Double>
    ) -> ViewGroup {
      var recipe = recipe
      recipe.crop = RandomResizedCrop(scale: scale)
      return ViewGroup(count: count, size: size, augmentation: recipe)
    }
    var groups = [
      group(recipes.first, size: size, scale: split...1),
      group(recipes.second, size: size, scale: split...1),
    ]
    if locals > 0 {
      groups.append(
        group(recipes.local, count: locals, size: localSize(for: size), scale: 0.05...split))
    }
    return ViewPlan(groups)
  }

  /// DINO's multi-crop, in BYOL's colours: the first large view blurred, the second solarised, small
  /// ones blurred half the time (Caron et al. 2021); also iBOT's and DINOv2's.
  public static func dino(size: Int, locals: Int, split: Double, blur: Bool) -> ViewPlan {
    func recipe(blur share: Double, solarize: Double) -> Augmentation {
      .byolView(blur: blur ? share : 0, solarize: solarize)
    }
    return .multiCrop(
      size: size, locals: locals, split: split,
      recipes: (
        recipe(blur: 1, solarize: 0), recipe(blur: 0.1, solarize: 0.2),
        recipe(blur: 0.5, solarize: 0)
      ))
  }

  /// Side of the small views for large ones of `size` pixels: 3/7 of it, as 96 to 224 in the papers,
  /// rounded up to what common patch sizes divide.
  public static func localSize(for size: Int) -> Int {
    let unit = size < 96 ? 8 : 16
    return (3 * size + 7 * unit - 1) / (7 * unit) * unit
  }
}
