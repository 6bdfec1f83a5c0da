import Study

/// What all pages are framed in: one file that needs nothing else, well-formed as XML too.
struct HTMLPage {
  var title: String
  /// Empty if it is not to be named.
  var gleanVersion: String
  /// Rules beside the report's style sheet.
  var style: Markup = ""
  /// What stands in `main`.
  var content: Markup
  var footer: Markup
  /// What stands after the footer.
  var end: Markup = ""

  var text: String {
    let page: Markup = """
      <!DOCTYPE html>
      <html lang="en" xmlns="http://www.w3.org/1999/xhtml"><head><meta charset="utf-8"/>
      <meta name="viewport" content="width=device-width, initial-scale=1"/>
      <meta name="generator" content="Glean \(gleanVersion)"/>
      <title>\(title)</title><style>\(ReportStyle.sheet)
      \(style)</style></head><body><main>
      \(content)
      </main><footer>\(footer)</footer>\(end)\(SortScript.markup)</body></html>

      """
    return page.text
  }

  /// A part of the page under a heading; nothing without content.
  /// - Parameter id: what links name.
  static func section(_ title: String, _ content: Markup, id: String? = nil) -> Markup {
    let name: Markup = id.map { #" id="\#($0)""# } ?? ""
    return .when(!content.text.isEmpty, "<section\(name)><h2>\(title)</h2>\(content)</section>")
  }

  /// Sentences as a list.
  static func list(_ sentences: [String]) -> Markup {
    let items: [Markup] = sentences.map { "<li>\($0)</li>" }
    return "<ul>\(items)</ul>"
  }

  /// A sentence and the way to the figures that it rests on. No break beside an en dash: intervals stay
  /// on one line.
  static func linked(_ text: String, to id: String) -> Markup {
    """
    \(text.replacing("–", with: "\u{2060}–\u{2060}")) <a href="#\(id)" \
    title="The figures that this rests on">↓</a>
    """
  }

  /// A mean and its interval in a table; a dash for none.
  static func cell(_ estimate: Estimate?) -> Markup {
    guard let estimate else { return #"<td class="number none">–</td>"# }
    let range = estimate.interval.map(Wording.range) ?? "no interval"
    return #"<td class="number">\#(Wording.number(estimate.mean))<small>\#(range)</small></td>"#
  }

  /// A table that scrolls sideways where it is too wide.
  static func table(_ head: Markup, _ bodies: Markup, style: String = "") -> Markup {
    let name: Markup = .when(!style.isEmpty, #" class="\#(style)""#)
    return """
      <div class="scroll"><table\(name)><thead><tr>\(head)</tr></thead>\(bodies)</table></div>
      """
  }

  /// The head of a column.
  static func column(_ title: String, isNumber: Bool = true) -> Markup {
    isNumber
      ? #"<th scope="col" class="number">\#(title)</th>"# : #"<th scope="col">\#(title)</th>"#
  }
}
