/* amip-dq – sortiert, grenzt ein, sucht. Ohne Netz, ohne Speicher außer sessionStorage; jede Seite liest sich auch ohne. */
(function () {
  "use strict";
  var all = function (selector, root) { return [].slice.call((root || document).querySelectorAll(selector)); };
  var fold = function (text) { return text.toLowerCase(); };
  var number = function (n) { return String(n).replace(/\B(?=(\d{3})+$)/g, "."); };
  document.documentElement.classList.add("js");

  function remember(key, value) {
    try { sessionStorage.setItem("amip-dq:" + location.pathname + ":" + key, value); } catch (blocked) { return; }
  }
  function recall(key) {
    try { return sessionStorage.getItem("amip-dq:" + location.pathname + ":" + key) || ""; } catch (blocked) { return ""; }
  }

  /* Tabellen sortieren */
  all("table.sortierbar").forEach(function (table) {
    var body = table.tBodies[0];
    all("thead th button", table).forEach(function (button) {
      button.addEventListener("click", function () {
        var head = button.closest("th"), column = head.cellIndex;
        var up = head.getAttribute("aria-sort") !== "ascending";
        all("thead th[aria-sort]", table).forEach(function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", up ? "ascending" : "descending");
        var key = function (row) { var cell = row.cells[column]; return cell.dataset.s || cell.textContent.trim(); };
        [].slice.call(body.rows)
          .sort(function (a, b) { return (up ? 1 : -1) * key(a).localeCompare(key(b), "de", { numeric: true }); })
          .forEach(function (row) { body.appendChild(row); });
      });
    });
  });

  /* Listen eingrenzen */
  all("[data-liste]").forEach(function (block) {
    var table = block.querySelector("table"), rows = [].slice.call(table.tBodies[0].rows);
    var chips = all(".chip", block), field = block.querySelector("input[type=search]");
    var status = block.querySelector("[role=status]"), more = block.querySelector("[data-mehr]");
    var short = table.classList.contains("kurz") && rows.length > 10, open = false;
    var state = { chip: "", text: "" };
    function apply() {
      var words = fold(state.text).split(/\s+/).filter(Boolean), shown = 0;
      rows.forEach(function (row) {
        var text = fold(row.textContent);
        var fits = (!state.chip || (" " + row.dataset.k + " ").indexOf(" " + state.chip + " ") >= 0) &&
          words.every(function (word) { return text.indexOf(word) >= 0; });
        row.hidden = !fits;
        if (fits) { shown += 1; }
      });
      var cut = short && !open && !state.chip && !words.length;
      table.classList.toggle("kurz", cut);
      if (more) { more.hidden = !cut; }
      chips.forEach(function (chip) { chip.setAttribute("aria-pressed", String(chip.dataset.f === state.chip)); });
      if (status) {
        status.textContent = (cut ? 10 : number(shown)) + " von " + number(rows.length) + " " + status.dataset.wort +
          (shown ? "" : " – " + status.dataset.keine);
      }
      remember("chip", state.chip);
      remember("text", state.text);
    }
    chips.forEach(function (chip) {
      chip.addEventListener("click", function () { state.chip = chip.dataset.f; apply(); });
    });
    if (field) { field.addEventListener("input", function () { state.text = field.value; apply(); }); }
    if (more) { more.addEventListener("click", function () { open = true; apply(); rows[10].querySelector("a,td").focus(); }); }
    var asked = (location.hash.match(/^#f=([\w-]+)$/) || [])[1] || recall("chip");
    if (chips.some(function (chip) { return chip.dataset.f === asked; })) { state.chip = asked; }
    state.text = recall("text");
    if (field) { field.value = state.text; } else { state.text = ""; }
    apply();
  });

  /* Nur was überläuft, ist ein Halt für die Tabulatortaste. */
  function reachable() {
    all(".rollt").forEach(function (box) {
      if (box.scrollWidth > box.clientWidth + 1) { box.setAttribute("tabindex", "0"); } else { box.removeAttribute("tabindex"); }
    });
  }
  reachable();
  window.addEventListener("resize", reachable);
  window.addEventListener("load", reachable);

  /* Drucken, Link kopieren */
  all("[data-druck]").forEach(function (button) { button.addEventListener("click", function () { window.print(); }); });
  window.addEventListener("beforeprint", function () { all("details.druck").forEach(function (d) { d.open = true; }); });
  all("[data-kopie]").forEach(function (button) {
    button.addEventListener("click", function () {
      var note = document.getElementById("kopiert");
      if (!navigator.clipboard) { note.textContent = location.href; return; }
      navigator.clipboard.writeText(location.href).then(
        function () { note.textContent = note.dataset.wort; }, function () { note.textContent = location.href; });
    });
  });

  /* Suche über alle Befunde: gepackte Teile werden als Skripte geladen, 200 Treffer gezeichnet. */
  var search = document.getElementById("suche");
  if (!search) { return; }
  var parts = Number(search.dataset.teile), most = Number(search.dataset.zeilen), found = [], loaded = 0;
  var input = search.querySelector("input"), body = search.querySelector("tbody"), said = search.querySelector("[role=status]");
  function unpack(base64) {
    var bytes = Uint8Array.from(atob(base64), function (c) { return c.charCodeAt(0); });
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
  }
  function cell(row, text, name) {
    var td = row.insertCell();
    td.textContent = text;
    if (name) { td.className = name; }
    return td;
  }
  function draw() {
    var words = fold(input.value).split(/\s+/).filter(Boolean), hits = 0;
    body.textContent = "";
    found.forEach(function (part) {
      part.rows.forEach(function (r, i) {
        if (!words.every(function (word) { return part.keys[i].indexOf(word) >= 0; })) { return; }
        hits += 1;
        if (hits > most) { return; }
        var row = body.insertRow();
        row.className = r[0];
        cell(row, r[1], "frist");
        cell(row, r[2], "rest");
        var text = cell(row, r[8] ? "" : r[3], "befund");
        if (r[8]) { var a = document.createElement("a"); a.href = r[8]; a.textContent = r[3]; text.appendChild(a); }
        cell(row, r[4]); cell(row, r[5], "fall"); cell(row, r[6]); cell(row, r[7]);
      });
    });
    said.textContent = number(hits) + " " + said.dataset.wort + (hits > most ? ", " + said.dataset.erste : "") +
      (loaded < parts ? " (" + said.dataset.laedt + " " + loaded + "/" + parts + ")" : "");
    reachable();
  }
  window.amipDaten = function (index, packed) {
    unpack(packed).then(function (rows) {
      found[index] = { rows: rows, keys: rows.map(function (r) { return fold(r.slice(1, 8).join(" ")); }) };
      loaded += 1;
      if (loaded === parts || loaded === 1) { draw(); } else { said.textContent = said.dataset.laedt + " " + loaded + "/" + parts; }
      if (loaded < parts) { load(loaded); }
    });
  };
  function load(index) {
    var script = document.createElement("script");
    script.src = search.dataset.ordner + "/" + ("000" + index).slice(-4) + ".js";
    document.body.appendChild(script);
  }
  var timer;
  input.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(draw, 120); });
  if (parts) { load(0); } else { draw(); }
}());
