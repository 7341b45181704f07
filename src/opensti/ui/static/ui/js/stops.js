// A slider over stops worked out before: says what enters and leaves, and marks the rows of a list.
// <section data-stops="ID of the JSON"> … <input type="range"> … [data-stop-figure] [data-stop-summary] …
// Rows are <tr data-row="KEY">, those that move get data-change="enters|leaves" and the word in .k-mark.
// Only rows that change between two stops are touched: a list may have thousands.
(() => {
  "use strict";
  const written = (place, text) => {
    if (place && place.textContent !== text) place.textContent = text;
  };

  const entry = (data, [key, name]) => {
    const item = document.createElement("li");
    if (!data.marks) {
      item.textContent = name;
      return item;
    }
    const link = document.createElement("a");
    link.href = `#${data.marks}-${key}`;
    link.textContent = name;
    item.append(link);
    return item;
  };

  const remark = (data, text) => {
    const item = document.createElement("li");
    item.className = "soft";
    item.textContent = text;
    return item;
  };

  const start = (box) => {
    const data = JSON.parse(document.getElementById(box.dataset.stops).textContent);
    const range = box.querySelector("input[type=range]");
    const figures = [...box.querySelectorAll("[data-stop-figure]")];
    const rows = new Map();
    if (data.marks) {
      document.querySelectorAll(`#${CSS.escape(data.marks)} tr[data-row]`).forEach((row) => {
        rows.set(row.dataset.row, row);
      });
    }
    const found = data.rows.map(([key]) => rows.get(key));
    const marks = new Map(); // place of a row → what it does now
    found.forEach((row, place) => {
      if (row && row.dataset.change) marks.set(place, row.dataset.change);
    });

    const mark = (place, change) => {
      if (change) marks.set(place, change);
      else marks.delete(place);
      const row = found[place];
      if (!row) return;
      if (change) row.dataset.change = change;
      else delete row.dataset.change;
      written(row.querySelector(".k-mark > span"), change ? data.words[change] : "");
    };

    const list = (change, places) => {
      const part = box.querySelector(`[data-stop-moves="${change}"]`);
      if (!part) return;
      written(part.querySelector("[data-stop-count]"), String(places.length));
      const items = places.slice(0, data.shown).map((place) => entry(data, data.rows[place]));
      const rest = places.length - items.length;
      if (rest) items.push(remark(data, data.more.replace("%(count)s", String(rest))));
      if (!items.length) items.push(remark(data, data.none));
      part.querySelector("ul").replaceChildren(...items);
    };

    const show = (stop) => {
      const now = new Map();
      for (const change of ["enters", "leaves"]) {
        stop[change].forEach((place) => now.set(place, change));
        list(change, stop[change]);
      }
      for (const place of [...marks.keys()]) if (!now.has(place)) mark(place, "");
      now.forEach((change, place) => {
        if (marks.get(place) !== change) mark(place, change);
      });
      figures.forEach((place, n) => written(place, stop.figures[n]));
      written(box.querySelector("[data-stop-label]"), stop.label);
      written(box.querySelector("[data-stop-summary]"), stop.summary);
      const note = box.querySelector("[data-stop-note]");
      written(note, stop.note);
      note.hidden = !stop.note;
    };

    // what is heard and what stands in the address wait until the hand rests
    let rests = 0;
    const settle = (stop) => {
      const said = figures.map((place) => `${place.previousElementSibling.textContent}: ${place.textContent}`);
      written(box.querySelector("[data-stop-said]"), [stop.summary, ...said, stop.note].filter(Boolean).join(". "));
      const address = new URL(location.href);
      if (stop.value === data.base) address.searchParams.delete(data.param);
      else address.searchParams.set(data.param, String(stop.value));
      history.replaceState(history.state, "", address);
    };

    let waits = 0;
    range.addEventListener("input", () => {
      const stop = data.stops[Number(range.value)];
      range.setAttribute("aria-valuetext", stop.summary);
      cancelAnimationFrame(waits);
      waits = requestAnimationFrame(() => show(stop));
      clearTimeout(rests);
      rests = setTimeout(() => settle(stop), 400);
    });
  };

  const begun = new WeakSet();
  const begin = (part) => {
    part.querySelectorAll("[data-stops]").forEach((box) => {
      if (begun.has(box)) return;
      begun.add(box);
      start(box);
    });
  };
  begin(document);
  document.addEventListener("htmx:afterSwap", () => begin(document));
})();
