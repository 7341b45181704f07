// Inputs that choose an entry of the registry: what was said of the kept entry goes once another is typed.
// <input data-choose> … <… data-choose-note>Linked to the registry.</…>, both within one field or cell.
(() => {
  "use strict";
  document.addEventListener("input", (event) => {
    if (!event.target.matches("[data-choose]")) return;
    const note = event.target.closest("td, .field").querySelector("[data-choose-note]");
    if (note) note.hidden = true;
  });
})();
