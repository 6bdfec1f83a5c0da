/// A run of fewer optimiser steps is short: settings published for 100,000 steps are fitted to it.
public let shortRunSteps = 5000

/// Images that a run trains on where each is a class of its own: so many that it shows each at least
/// a hundred times. Dosovitskiy et al. (2014, section 2) took 100 or more views of each class, and
/// found a few thousand images enough. Every epoch over more of them would be an epoch in which no
/// class is known yet: 400 steps on 5,000 photographs left Exemplar-CNN below random features (23.4%
/// against 31.3), on 500 of them they gave 46.9%.
/// - Parameters:
///   - images: the images there are.
///   - steps: the run's.
///   - batch: images in a step; the run takes at least so many.
public func exemplarCount(images: Int, steps: Int, batch: Int) -> Int {
  min(images, max(batch, steps * batch / 100))
}

/// How settings published for a million images follow the number of images that there are. The same
/// rules for every method, so that 500 images work as 300,000 do.
extension PretextContext {
  /// The length of a queue: as published, but at most half of the images, so that it never holds an
  /// image twice for long; and at least one batch.
  ///
  /// What it holds was embedded by the network of some steps ago, which in a short run was another
  /// network: under 5,000 steps it holds at most the images of a hundredth of the run.
  public func queueLength(_ published: Int) -> Int {
    let recent = steps < shortRunSteps ? steps * batch / 100 : published
    return max(batch, min(published, imageCount / 2, recent))
  }

  /// The number of prototypes, clusters or outputs of a clustering head: as published, but at most a
  /// tenth of the images, so that each can hold several; and at least two.
  public func prototypeCount(_ published: Int) -> Int { max(2, min(published, imageCount / 10)) }
}
