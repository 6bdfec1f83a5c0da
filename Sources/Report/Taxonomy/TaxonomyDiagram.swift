import Pretext

/// The families as a picture: a column each, its signal above, its methods below.
struct TaxonomyDiagram {
  let cards: [MethodCard]

  private static let column = 176
  private static let gap = 12
  private static let row = 26
  private static let head = 96

  /// An SVG of its own, readable on light and dark pages.
  var svg: String {
    let columns = Family.allCases.map { family in
      (family: family, methods: cards.filter { $0.family == family })
    }
    let most = columns.map(\.methods.count).max() ?? 0
    let width = columns.count * (Self.column + Self.gap) + Self.gap
    let height = Self.head + most * Self.row + 3 * Self.gap
    let body: [Markup] = columns.enumerated().map { index, entry in
      let x = Self.gap + index * (Self.column + Self.gap)
      return column(entry.family, entry.methods, x: x, height: height - 2 * Self.gap)
    }
    let page: Markup = """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(String(width)) \(String(height))" \
      width="\(String(width))" height="\(String(height))" font-family="system-ui, sans-serif" \
      role="img"><title>The six families of self-supervision and their methods</title>
      <rect width="100%" height="100%" fill="#ffffff"/>\(body)</svg>

      """
    return page.text
  }

  private func column(_ family: Family, _ methods: [MethodCard], x: Int, height: Int) -> Markup {
    let centre = String(x + Self.column / 2)
    let signal: [Markup] = lines(of: family.summary).enumerated().map { index, line in
      """
      <text x="\(centre)" y="\(String(Self.gap + 46 + 15 * index))" font-size="12" fill="#52606d" \
      text-anchor="middle">\(line)</text>
      """
    }
    let names: [Markup] = methods.enumerated().map { index, card in
      """
      <text x="\(centre)" y="\(String(Self.gap + Self.head + 18 + Self.row * index))" \
      font-size="14" fill="#1f2933" text-anchor="middle">\(card.title)</text>
      """
    }
    return """
      <g><rect x="\(String(x))" y="\(String(Self.gap))" width="\(String(Self.column))" \
      height="\(String(height))" rx="8" fill="#f5f7fa" stroke="#cbd2d9"/>\
      <text x="\(centre)" y="\(String(Self.gap + 24))" font-size="15" font-weight="600" \
      fill="#1f2933" text-anchor="middle">\(family.rawValue)</text>\(signal)\(names)</g>

      """
  }

  /// The sentence in lines that fit a column.
  private func lines(of text: String) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + word.count < 25 {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
