/// An image set that its publisher offers for download.
public struct PublishedSet: Sendable, Equatable {
  /// One file of it.
  public struct File: Sendable, Equatable {
    /// What it is called here.
    public var name: String
    /// The publisher's address.
    public var url: String
    /// How long it is; nil where that is not known for certain.
    public var bytes: Int?
    /// The MD5 of its content, as the publisher states it, in 32 hexadecimal digits. It guards against
    /// accidents, not against forgery.
    public var md5: String?

    /// A file at an address.
    public init(_ url: String, name: String? = nil, bytes: Int? = nil, md5: String? = nil) {
      let path = url.prefix { $0 != "?" }
      self.name = name ?? String(path.split(separator: "/").last ?? "file")
      (self.url, self.bytes, self.md5) = (url, bytes, md5)
    }
  }

  /// What it is asked for by.
  public var name: String
  /// What it shows.
  public var title: String
  /// Where its publisher describes it, with the terms of use.
  public var page: String
  /// Its files. One archive is unpacked; other files are kept as they are.
  public var files: [File]

  /// A set of files.
  public init(_ name: String, title: String, page: String, files: [File]) {
    (self.name, self.title, self.page, self.files) = (name, title, page, files)
  }

  /// Every set that is known by name.
  public static let all: [PublishedSet] = general + medical
  /// Their names.
  public static var names: [String] { all.map(\.name) }

  /// The set of a name.
  /// - Throws: ``FetchError/unknownSet(_:)``.
  public static func named(_ name: String) throws(FetchError) -> PublishedSet {
    guard let set = all.first(where: { $0.name == name.lowercased() }) else {
      throw .unknownSet(name)
    }
    return set
  }

  // Checksums are the publishers' own where these state them (CIFAR, EuroSAT, Fashion-MNIST,
  // MedMNIST); those of STL-10 and Imagenette are the ones that torchvision checks. Lengths are given
  // where they are known from more than one source.
  private static let general = [
    PublishedSet(
      "cifar10", title: "10 classes of objects, 60,000 photographs of 32×32",
      page: "https://www.cs.toronto.edu/~kriz/cifar.html",
      files: [
        File(
          "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz", bytes: 170_052_171,
          md5: "c32a1d4ab5d03f1284b67883e8d87530")
      ]),
    PublishedSet(
      "cifar100", title: "100 classes of objects, 60,000 photographs of 32×32",
      page: "https://www.cs.toronto.edu/~kriz/cifar.html",
      files: [
        File(
          "https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",
          md5: "03b5dce01913d631647c71ecec9e9cb8")
      ]),
    PublishedSet(
      "stl10",
      title: "10 classes of objects, 13,000 labelled and 100,000 other photographs of 96×96",
      page: "https://cs.stanford.edu/~acoates/stl10/",
      files: [
        File(
          "http://ai.stanford.edu/~acoates/stl10/stl10_binary.tar.gz",
          md5: "91f7769df0f17e558f3565bffb0c7dfb")
      ]),
    PublishedSet(
      "fashion-mnist", title: "10 classes of clothes, 70,000 grey images of 28×28",
      page: "https://github.com/zalandoresearch/fashion-mnist",
      files: [
        ("train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
        ("train-labels-idx1-ubyte.gz", "25c81989df183df01b3e8a0aad5dffbe"),
        ("t10k-images-idx3-ubyte.gz", "bef4ecab320f06d8554ea6380940ec79"),
        ("t10k-labels-idx1-ubyte.gz", "bb300cfdad3c16e7a12a480ee83cd310"),
      ].map { name, md5 in
        File("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/\(name)", md5: md5)
      }),
    PublishedSet(
      "eurosat", title: "10 classes of land use, 27,000 satellite tiles of 64×64",
      page: "https://zenodo.org/records/7711810",
      files: [
        File(
          "https://zenodo.org/records/7711810/files/EuroSAT_RGB.zip?download=1",
          md5: "f46e308c4d50d4bf32fedad2d3d62f3b")
      ]),
    PublishedSet(
      "imagenette", title: "10 classes of ImageNet, 13,394 photographs, shorter side 160",
      page: "https://github.com/fastai/imagenette",
      files: [
        File(
          "https://s3.amazonaws.com/fast-ai-imageclas/imagenette2-160.tgz",
          md5: "e793b78cc4c9e9a4ccc0c1155377a412")
      ]),
  ]

  /// MedMNIST v2 in two dimensions, 28×28 (Yang et al. 2023).
  private static let medical = [
    ("pathmnist", "9 tissues of the colon", "a8b06965200029087d5bd730944a56c1"),
    ("chestmnist", "14 findings in chest X-rays, as tags", "02c8a6516a18b556561a56cbdd36c4a8"),
    ("dermamnist", "7 diseases of the skin", "0744692d530f8e62ec473284d019b0c7"),
    ("octmnist", "4 classes of retinal tomography", "c68d92d5b585d8d81f7112f81e2d0842"),
    ("pneumoniamnist", "pneumonia in chest X-rays", "28209eda62fecd6e6a2d98b1501bb15f"),
    ("retinamnist", "5 grades of diabetic retinopathy", "bd4c0672f1bba3e3a89f0e4e876791e4"),
    ("breastmnist", "tumours in breast ultrasound", "750601b1f35ba3300ea97c75c52ff8f6"),
    ("bloodmnist", "8 types of blood cells", "7053d0359d879ad8a5505303e11de1dc"),
    ("tissuemnist", "8 types of kidney cells", "ebe78ee8b05294063de985d821c1c34b"),
    ("organamnist", "11 organs in tomography, axial", "866b832ed4eeba67bfb9edee1d5544e6"),
    ("organcmnist", "11 organs in tomography, coronal", "0afa5834fb105f7705a7d93372119a21"),
    ("organsmnist", "11 organs in tomography, sagittal", "e5c39f1af030238290b9557d9503af9d"),
  ].map { name, title, md5 in
    PublishedSet(
      name, title: title, page: "https://medmnist.com",
      files: [
        File("https://zenodo.org/record/6496656/files/\(name).npz?download=1", md5: md5)
      ])
  }
}
