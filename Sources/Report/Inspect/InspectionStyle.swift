import Foundation
import Insight

/// What the page of an inspection adds to the report's style sheet.
enum InspectionStyle {
  /// Rules, and the sheets of thumbnails, each once.
  static func sheet(_ inspection: Inspection) -> Markup {
    let sheets: [Markup] = [
      ("tn", inspection.neighbours?.thumbnails), ("te", inspection.embedding?.thumbnails),
    ].compactMap { name, thumbnails in
      guard let thumbnails, !thumbnails.picture.bytes.isEmpty else { return nil }
      let columns = min(thumbnails.columns, thumbnails.images.count)
      return """
        .\(name as String) { background-image: url(\(address(thumbnails.picture))); \
        background-size: \(String(columns * 100))% auto; }

        """
    }
    return "\(rules)\n\(colours(inspection))\n\(sheets)"
  }

  /// A picture as an address that holds it.
  static func address(_ picture: Picture) -> String {
    "data:\(picture.mediaType);base64,\(picture.bytes.base64EncodedString())"
  }

  /// The place of a tile in its sheet.
  static func position(_ tile: Int, of thumbnails: Thumbnails) -> Markup {
    let columns = min(thumbnails.columns, thumbnails.images.count)
    let rows = (thumbnails.images.count + columns - 1) / columns
    func share(_ place: Int, _ count: Int) -> String {
      count > 1 ? String(format: "%.3f", 100 * Double(place) / Double(count - 1)) : "0"
    }
    return "background-position: \(share(tile % columns, columns))% \(share(tile / columns, rows))%"
  }

  /// A colour for each class or cluster: the palette's first, then hues a golden turn apart.
  private static func colours(_ inspection: Inspection) -> Markup {
    guard let embedding = inspection.embedding else { return "" }
    let count = max(inspection.classes.count, embedding.clusterCount)
    let rules: [Markup] = (0..<count).map { index in
      let colour: Markup =
        index < 8
        ? "var(--m\(String(index)))"
        : "hsl(\(String(Int(137.5 * Double(index)) % 360)) 60% \(String(42 + index % 3 * 10))%)"
      return ".k\(String(index)) { fill: \(colour); background: \(colour); } "
    }
    return "\(rules)"
  }

  private static let rules: Markup = """
    h4 { margin: 16px 0 6px; font-size: 13px; font-weight: 600; color: var(--soft); }
    .line.held { stroke-width: 1.4; stroke-dasharray: 4 4; }
    .t { display: block; position: relative; aspect-ratio: 1; border-radius: 3px; }
    .sheet { display: grid; grid-template-columns: repeat(9, minmax(0, 1fr)); gap: 6px;
      max-width: 640px; }
    .row { display: grid; grid-template-columns: repeat(8, minmax(0, 1fr)); gap: 6px;
      max-width: 640px; }
    .row small, .sheet small { display: block; color: var(--soft); font-size: 11px;
      line-height: 1.3; overflow-wrap: anywhere; }
    .pairs { display: flex; flex-wrap: wrap; gap: 10px 18px; }
    .pair { display: grid; grid-template-columns: 56px 56px; gap: 2px; font-size: 11px;
      color: var(--soft); }
    .query { outline: 2px solid var(--text); outline-offset: 1px; }
    .yes { outline: 2px solid var(--good); } .no { outline: 2px solid var(--bad); }
    .no::after { content: "×"; position: absolute; right: 0; top: 0; padding: 0 4px;
      font: 600 13px/1.25 system-ui, sans-serif; color: var(--page); background: var(--bad); }
    .maps { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 20px; }
    .points { display: block; width: 100%; background: var(--panel); border-radius: 6px; }
    .points circle { opacity: 0.75; } .points circle.on { opacity: 1; stroke: var(--text);
      stroke-width: 2; }
    .classes .dot { display: inline-block; width: 10px; height: 10px; border-radius: 5px; }
    #tip { position: fixed; z-index: 2; width: 96px; padding: 4px; border-radius: 6px;
      background: var(--page); border: 1px solid var(--faint); font-size: 12px; line-height: 1.3;
      pointer-events: none; overflow-wrap: anywhere; }
    #tip[hidden] { display: none; }
    .strip { display: block; width: 100%; max-width: 640px; height: auto; border-radius: 3px; }
    .prototypes { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 14px 20px; }
    .prototypes figure + figure { margin-top: 0; } .prototypes figcaption { margin: 0 0 4px; }
    .filters { display: block; max-width: 100%; image-rendering: pixelated; }
    .names { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 6px;
      max-width: 640px;
      font-size: 12px; color: var(--soft); }
    .names span { overflow: hidden; text-overflow: ellipsis; }
    .words { margin: 8px 0 0; padding-left: 20px; font-size: 14px; }
    .note + figure { margin-top: 20px; } figure + figure { margin-top: 20px; } .maps figure + figure { margin-top: 0; }
    .cues { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 14px 20px;
      margin-bottom: 24px; }
    .cues figure + figure { margin-top: 0; } .cues figcaption { margin: 0 0 4px; }
    .scroll + .scroll { margin-top: 20px; }
    .classes { margin-top: 12px; }
    @media screen and (max-width: 640px) { .maps { grid-template-columns: 1fr; }
      .sheet, .row { gap: 3px; } .row { grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 6px; }
      .cues, .prototypes { grid-template-columns: 1fr; }
      .no::after { padding: 0 2px; font-size: 9px; line-height: 1.1; } }
    """

  /// Shows the image of the point under the pointer, and the same image in every drawing.
  static func script(_ embedding: EmbeddingFindings) -> Markup {
    let columns = min(embedding.thumbnails.columns, embedding.thumbnails.images.count)
    let rows = (embedding.thumbnails.images.count + columns - 1) / columns
    return """
      <div id="tip" hidden="hidden"><span class="t te"></span><span></span></div>
      <script>
      (function () {
        var tip = document.getElementById("tip"), columns = \(String(columns)), rows = \
      \(String(rows));
        var drawings = Array.from(document.querySelectorAll(".points"));
        var names = Array.from(document.querySelectorAll(".classes li"));
        function light(index, on) {
          drawings.forEach(function (one) {
            var point = one.querySelectorAll("circle")[index];
            if (point) { point.classList.toggle("on", on); }
          });
        }
        function place(part, count) { return (count > 1 ? 100 * part / (count - 1) : 0) + "%"; }
        drawings.forEach(function (one) {
          var points = Array.from(one.querySelectorAll("circle")), last = -1;
          one.addEventListener("pointermove", function (event) {
            var index = points.indexOf(event.target);
            if (last > -1) { light(last, false); }
            last = index;
            tip.hidden = index === -1;
            if (index === -1) { return; }
            light(index, true);
            tip.firstChild.style.backgroundPosition = place(index % columns, columns) + " " +
              place(Math.floor(index / columns), rows);
            var name = names[parseInt(points[index].classList[0].slice(1), 10)];
            tip.lastChild.textContent = name ? name.textContent : "";
            tip.style.left = Math.min(event.clientX + 12, window.innerWidth - 112) + "px";
            tip.style.top = Math.min(event.clientY + 12, window.innerHeight - 140) + "px";
          });
          one.addEventListener("pointerleave", function () {
            if (last > -1) { light(last, false); }
            last = -1;
            tip.hidden = true;
          });
        });
      })();
      </script>
      """
  }
}
