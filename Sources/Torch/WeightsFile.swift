public import Foundation

/// The named tensors of a weights file, be it safetensors or what `torch.save` wrote (`.pth`,
/// `.pt`, `.ckpt`, `.pth.tar`). The first bytes tell which, not the name.
///
/// Nothing in a file is run: a pickle is read as a description of plain data, and one that names
/// anything else is refused.
public struct WeightsFile {
  /// Tensors with their names as the file has them, in its order.
  public var tensors: [(name: String, tensor: Tensor)]
  /// Free text beside the tensors. Of a checkpoint: its plain numbers and texts, such as `epoch`,
  /// and those of its `args`, as `args.arch`.
  public var metadata: [String: String]
  /// The part of a checkpoint that the tensors come from, one of ``sections``; `nil` where they lie at
  /// the top.
  public var section: String?

  /// Where checkpoints keep weights, the first that a file has being taken, before tensors at its
  /// top (which may be a mere accuracy):
  /// - `state_dict`, `model_state_dict`, `model`: PyTorch's examples, MoCo, Lightning, MAE, timm;
  /// - `teacher` before `student`: DINO's authors evaluate the teacher (its `eval_linear.py`);
  /// - `target_encoder` before `encoder`: I-JEPA's authors evaluate the target encoder (section 5 of
  ///   the paper).
  public static let sections = [
    "state_dict", "model_state_dict", "model", "teacher", "target_encoder", "student", "encoder",
  ]
}

// MARK: - Reading

extension WeightsFile {
  /// Reads a file.
  /// - Throws: ``TorchError/file(_:)`` naming the file, what is wrong with it and what to do.
  public static func read(_ url: URL) throws(TorchError) -> WeightsFile {
    try WeightsFile(data: .mapped(url), name: url.path)
  }

  /// Reads the bytes of a file; `name` is what messages call it.
  /// - Throws: ``TorchError/file(_:)``.
  public init(data: Data, name: String) throws(TorchError) {
    let data = data.countedFromZero
    if StateFile.isZip(data) || StateFile.isStream(data) {
      do {
        self = try WeightsFile(StateFile(data))
      } catch {
        throw .file("\(name): \(error.reason)")
      }
    } else if data.count > 8, data[8] == UInt8(ascii: "{") {
      let file = try SafeTensors(data: data, name: name)
      self.init(tensors: file.tensors, metadata: file.metadata, section: nil)
    } else {
      throw .file(
        "\(name): is neither safetensors nor what torch.save writes; expected one of the two. "
          + "Was it wholly copied? Other pickles must be re-saved in Python: "
          + "torch.save(state_dict, 'weights.pth')")
    }
  }

  private init(_ file: StateFile) throws(Malformed) {
    var file = file
    let root = file.root
    let section = WeightsFile.sections.first { name in root[name].map(\.holdsTensors) ?? false }
    let weights = section.flatMap { root[$0] } ?? root
    guard weights.holdsTensors else { throw Malformed(WeightsFile.lack(in: root)) }

    var tensors: [(name: String, tensor: Tensor)] = []
    var names: Set<String> = []
    for (name, value) in weights.named {
      guard case .tensor(let reference) = value else { continue }
      guard names.insert(name).inserted else {
        throw Malformed("it names tensor '\(name.prefix(80))' twice")
      }
      do {
        tensors.append((name, try file.tensor(reference)))
      } catch {
        throw Malformed("tensor '\(name.prefix(80))' cannot be had: \(error.reason)")
      }
    }
    let notes = root.notes("").merging(root["args"]?.notes("args.") ?? [:]) { first, _ in first }
    self.init(tensors: tensors, metadata: notes, section: section)
  }

  /// Says what a file without weights holds instead.
  private static func lack(in root: PickleValue) -> String {
    let keys = root.named.prefix(20).map { "'\($0.name.prefix(40))'" }
    let found = keys.isEmpty ? "no names at all" : keys.joined(separator: ", ")
    let known = sections.joined(separator: ", ")
    return "it has no tensors at its top, nor under one of \(known); found \(found). Re-save the "
      + "state dict alone in Python: torch.save(model.state_dict(), 'weights.pth')"
  }
}

extension PickleValue {
  /// Whether this is a dict with named tensors.
  fileprivate var holdsTensors: Bool {
    named.contains { if case .tensor = $0.value { true } else { false } }
  }

  /// The plain numbers and texts of a dict.
  fileprivate func notes(_ prefix: String) -> [String: String] {
    var notes: [String: String] = [:]
    // A long name could be given again by a few bytes each time.
    for (name, value) in named where name.utf8.count <= 200 {
      switch value {
      case .bool(let value): notes[prefix + name] = "\(value)"
      case .int(let value): notes[prefix + name] = "\(value)"
      case .double(let value): notes[prefix + name] = "\(value)"
      case .string(let value): notes[prefix + name] = value
      case .none, .list, .tuple, .dict, .tensor: break
      }
    }
    return notes
  }
}
