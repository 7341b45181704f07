// Formset tables: add and remove rows. Without script the spare empty rows are used.
// <div data-rows="prefix"> … <tbody data-rows-body> <tr data-row> … <template data-rows-empty>
//   <button type="button" data-rows-add> … <button type="button" data-row-remove>
(() => {
  "use strict";
  const total = (box) => box.querySelector(`input[name="${box.dataset.rows}-TOTAL_FORMS"]`);
  const changed = (box) => box.dispatchEvent(new Event("change", { bubbles: true }));

  const add = (box) => {
    const counter = total(box);
    const number = Number(counter.value);
    const limit = box.querySelector(`input[name="${box.dataset.rows}-MAX_NUM_FORMS"]`);
    if (limit && limit.value && number >= Number(limit.value)) return;
    const copy = box.querySelector("template[data-rows-empty]").content.cloneNode(true);
    const rename = (text) => text.replaceAll("__prefix__", String(number));
    copy.querySelectorAll("*").forEach((node) => {
      for (const name of ["id", "name", "for", "aria-describedby", "aria-labelledby"]) {
        if (node.hasAttribute(name)) node.setAttribute(name, rename(node.getAttribute(name)));
      }
    });
    const first = copy.querySelector("input:not([type=hidden]), select, textarea");
    const body = box.querySelector("[data-rows-body]");
    body.append(copy);
    if (window.htmx) window.htmx.process(body.lastElementChild);
    counter.value = String(number + 1);
    if (first) first.focus();
    changed(box);
  };

  const remove = (row) => {
    const box = row.closest("[data-rows]");
    const mark = row.querySelector('input[name$="-DELETE"]');
    if (mark) {
      mark.checked = true;
      row.hidden = true;
    } else {
      row.querySelectorAll("input:not([type=hidden]), textarea, select").forEach((field) => {
        if (field.type === "checkbox" || field.type === "radio") field.checked = false;
        else field.value = "";
      });
      row.hidden = true;
    }
    const next = box.querySelector("[data-rows-add]");
    if (next) next.focus();
    changed(box);
  };

  document.addEventListener("click", (event) => {
    const adder = event.target.closest("[data-rows-add]");
    if (adder) {
      event.preventDefault();
      add(adder.closest("[data-rows]"));
    }
    const remover = event.target.closest("[data-row-remove]");
    if (remover) {
      event.preventDefault();
      remove(remover.closest("[data-row]"));
    }
  });
})();
