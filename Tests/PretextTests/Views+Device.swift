import Augment
import Torch

extension Views {
  /// The same views as an augmenter on `device` gives them.
  func moved(to device: Device) -> Views {
    var views = self
    views.images = images.map { $0.to(device) }
    views.indices = indices.to(device)
    views.members = members.to(device)
    views.labels = labels?.to(device)
    views.targets = targets?.to(device)
    views.masks = masks.map { $0.to(device) }
    return views
  }
}
