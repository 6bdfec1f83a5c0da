/// Lets readers sort tables by a click, or by the keyboard, on the head of a column. Without scripts
/// the tables stay as they are. There is no "<" and no "&" in it, which XML would read otherwise.
enum SortScript {
  static let markup: Markup = #"""
    <script>
    (function () {
      function key(cell) {
        if (!cell) { return null; }
        var text = cell.dataset.sort, first = cell.firstChild;
        if (text === undefined) {
          text = (first ? first.textContent.trim() : "") || cell.textContent.trim();
        }
        var number = parseFloat(text.replace("−", "-").replace(/[,\u003c]/g, ""));
        if (text === "" || text === "–") { return null; }
        return isNaN(number) ? text.toLowerCase() : number;
      }
      function compare(a, b, sign) {
        if (a === null || b === null) { return (a === null ? 1 : 0) - (b === null ? 1 : 0); }
        if (typeof a !== typeof b) { return typeof a === "number" ? -1 : 1; }
        return a === b ? 0 : (a > b ? sign : -sign);
      }
      function sort(table, head, place) {
        var order = head.getAttribute("aria-sort");
        var down = order ? order === "ascending" : head.classList.contains("number");
        table.querySelectorAll("th[aria-sort]").forEach(function (other) {
          other.removeAttribute("aria-sort");
        });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        Array.from(table.tBodies).forEach(function (body) {
          var rows = Array.from(body.rows).filter(function (row) {
            return !row.classList.contains("group");
          });
          rows.sort(function (a, b) {
            return compare(key(a.cells[place]), key(b.cells[place]), down ? -1 : 1);
          }).forEach(function (row) { body.appendChild(row); });
        });
      }
      document.querySelectorAll(".scroll table:not(.matrix)").forEach(function (table) {
        if (!table.tHead) { return; }
        Array.from(table.tHead.rows[0].cells).forEach(function (head, place) {
          if (head.textContent.trim() === "") { return; }
          var button = document.createElement("button");
          button.type = "button";
          button.title = "Sort by this column";
          while (head.firstChild) { button.appendChild(head.firstChild); }
          head.appendChild(button);
          button.addEventListener("click", function () { sort(table, head, place); });
        });
      });
    })();
    </script>
    """#
}
