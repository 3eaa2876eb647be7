"use strict";
// Tables with class "sort" are sorted by the buttons in their column headings:
// up, down, then back to the order of the report. What is absent comes last.
document.querySelectorAll("table.sort").forEach(function (table) {
  var body = table.tBodies[0], rows = Array.from(body.rows);
  var heads = Array.from(table.querySelectorAll("th[data-c]"));
  function key(row, column, number) {
    var text = row.cells[column].textContent.trim();
    if (text === "" || text.startsWith("n/a")) return null;
    if (!number) return text;
    var value = parseFloat(text);
    return value === value ? value : null; // not a number is not itself
  }
  function compare(a, b) {
    if (a === b) return 0;
    if (typeof a === "string") return a.localeCompare(b, "en", { numeric: true });
    return a - b;
  }
  function sorted(column, number, sign) {
    return rows.map(function (row) { return { row: row, key: key(row, column, number) }; }).sort(function (a, b) {
      if (a.key === null || b.key === null) return (a.key === null) - (b.key === null);
      return sign * compare(a.key, b.key);
    }).map(function (entry) { return entry.row; });
  }
  heads.forEach(function (head) {
    var button = document.createElement("button");
    button.type = "button";
    button.title = "Sort by this column";
    while (head.firstChild) button.appendChild(head.firstChild);
    head.appendChild(button);
    button.addEventListener("click", function () {
      var was = head.getAttribute("aria-sort");
      heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
      var order = rows;
      if (was !== "descending") {
        head.setAttribute("aria-sort", was === "ascending" ? "descending" : "ascending");
        order = sorted(+head.dataset.c, head.classList.contains("n"), was === "ascending" ? -1 : 1);
      }
      order.forEach(function (row) { body.appendChild(row); });
    });
  });
});
