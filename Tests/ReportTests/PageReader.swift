import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// Collects what a page holds while it is parsed as XML.
final class PageReader: NSObject, XMLParserDelegate {
  var elements: [String: Int] = [:]
  var attributes: [String] = []
  var links: [String] = []
  var ids: Set<String> = []
  var text = ""

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    elements[name, default: 0] += 1
    self.attributes += attributes.keys
    if let link = attributes["href"] { links.append(link) }
    if let id = attributes["id"] { ids.insert(id) }
  }
  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}

/// Reads a page, which must be well-formed.
func read(_ page: String) throws -> PageReader {
  let parser = XMLParser(data: Data(page.utf8))
  let reader = PageReader()
  parser.delegate = reader
  let isWellFormed = parser.parse()
  try #require(
    isWellFormed, "line \(parser.lineNumber): \(String(describing: parser.parserError))")
  return reader
}
