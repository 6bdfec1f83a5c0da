import Torch
import TorchNN

extension ONNXGraph {
  /// What ``VisionTransformer/callAsFunction(_:)`` computes for images of the network's own size.
  mutating func add(_ network: VisionTransformer, _ images: String) -> String {
    let width = network.features
    let map = add(network.patchEmbed.proj, images)
    let patches = transpose(reshape(map, [0, width, -1]), [0, 2, 1])

    let count = add("Shape", [images], ["start": .int(0), "end": .int(1)])
    /// One of them for each image.
    func expanded(_ tokens: Parameter, _ graph: inout ONNXGraph) -> String {
      let size = graph.constant([tokens.value.size(1), width])
      let shape = graph.add("Concat", [count, size], ["axis": .int(0)])
      return graph.add("Expand", [graph.weight(tokens), shape])
    }
    let token = expanded(network.clsToken, &self)
    let positions = weight(network.posEmbed)
    var x: String
    if let registers = network.regToken {
      let placed = add("Add", [patches, positions])
      x = add("Concat", [token, expanded(registers, &self), placed], ["axis": .int(1)])
    } else {
      x = add("Add", [add("Concat", [token, patches], ["axis": .int(1)]), positions])
    }
    for block in network.blocks { x = add(block, x) }
    x = add(network.norm, x)

    if network.spec.pooling == .mean {
      let rest = add(
        "Slice", [x, constant([network.prefixLength]), constant([Int.max]), constant([1])])
      return add("ReduceMean", [rest], ["axes": .ints([1]), "keepdims": .int(0)])
    }
    return select(x, 0, axis: 1)
  }

  private mutating func add(_ block: TransformerBlock, _ x: String) -> String {
    let y = add("Add", [x, scaled(block.ls1, add(block.attn, add(block.norm1, x)))])
    let hidden = gelu(add(block.mlp.fc1, add(block.norm2, y)))
    return add("Add", [y, scaled(block.ls2, add(block.mlp.fc2, hidden))])
  }

  private mutating func scaled(_ layer: LayerScale?, _ x: String) -> String {
    layer.map { add("Mul", [x, weight($0.gamma)]) } ?? x
  }

  /// softmax(q · kᵀ / √d) · v for each head.
  private mutating func add(_ attention: SelfAttention, _ x: String) -> String {
    let width = attention.proj.weight.value.size(0)
    let size = width / attention.heads
    let parts = transpose(
      reshape(add(attention.qkv, x), [0, 0, 3, attention.heads, size]), [2, 0, 3, 1, 4])
    let (q, k, v) = (
      select(parts, 0, axis: 0), select(parts, 1, axis: 0), select(parts, 2, axis: 0)
    )
    let scaled = add("Mul", [q, constant(1 / Double(size).squareRoot())])
    let scores = add("MatMul", [scaled, transpose(k, [0, 1, 3, 2])])
    let mixed = add("MatMul", [add("Softmax", [scores], ["axis": .int(-1)]), v])
    return add(attention.proj, reshape(transpose(mixed, [0, 2, 1, 3]), [0, 0, width]))
  }
}
