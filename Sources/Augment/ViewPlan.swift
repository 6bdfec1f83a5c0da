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
    ViewPlan([ViewGroup(count: 2, size: size, augmentation: augmentation)])
  }

  /// BYOL's two views, which differ in blur and solarisation; also Barlow Twins'.
  public static func byol(size: Int) -> ViewPlan {
    let recipes = Augmentation.byol
    return ViewPlan([
      ViewGroup(size: size, augmentation: recipes.first),
      ViewGroup(size: size, augmentation: recipes.second),
    ])
  }

  /// Two large views of much of the image, then small ones of little of it: DINO's recipe and, with
  /// `split` 0.14, about SwAV's.
  /// - Parameters:
  ///   - size: pixels of a large view.
  ///   - localSize: pixels of a small view; 96 to 224 in the papers.
  ///   - locals: how many small views.
  ///   - split: the share of the area that parts large views from small ones.
  public static func multiCrop(
    size: Int, localSize: Int, locals: Int = 6, split: Double = 0.4
  ) -> ViewPlan {
    let small = Augmentation.byolView(blur: 0.5, solarize: 0, scale: 0.05...split)
    return ViewPlan([
      ViewGroup(
        size: size, augmentation: .byolView(blur: 1, solarize: 0, scale: split...1)),
      ViewGroup(
        size: size, augmentation: .byolView(blur: 0.1, solarize: 0.2, scale: split...1)),
      ViewGroup(count: locals, size: localSize, augmentation: small),
    ])
  }
}
