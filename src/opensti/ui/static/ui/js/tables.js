// Lists: choose all rows on the page, say how many are chosen, submit choices at once.
(() => {
  "use strict";
  const boxes = (form) =>
    [...document.querySelectorAll("input[data-pick]")].filter((box) => box.form === form);

  const count = (form) => {
    if (!form) return;
    const all = boxes(form);
    const chosen = all.filter((box) => box.checked).length;
    form.querySelectorAll("[data-chosen]").forEach((place) => {
      place.textContent = String(chosen);
    });
    document.querySelectorAll("input[data-pick-all]").forEach((box) => {
      if (box.form !== form) return;
      box.checked = all.length > 0 && chosen === all.length;
      box.indeterminate = chosen > 0 && chosen < all.length;
    });
  };

  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.matches("input[data-pick-all]")) {
      boxes(box.form).forEach((other) => {
        other.checked = box.checked;
      });
      count(box.form);
    } else if (box.matches("input[data-pick]")) {
      count(box.form);
    } else if (box.matches("[data-submit-on-change]") && box.form) {
      box.form.requestSubmit();
    }
  });

  // a search or sort swapped the rows: nothing is chosen any more
  document.addEventListener("htmx:afterSwap", () => {
    document.querySelectorAll("form[data-bulk]").forEach(count);
  });
  // without a good answer, go the plain way
  document.addEventListener("htmx:responseError", (event) => {
    if (event.detail.requestConfig.verb === "get") location.reload();
  });
})();
