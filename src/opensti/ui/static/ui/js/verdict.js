// Judging one likeness after another by keys: 1 to 9 choose, J and K go to the next and the previous one.
// <form data-verdict> … radios …, and one list of links of which one has aria-current.
(() => {
  "use strict";
  const form = document.querySelector("[data-verdict]");
  const links = [...document.querySelectorAll(".likenesses a")];
  if (!form && !links.length) return;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.matches("input:not([type=radio]), textarea, select")) return;
    const radios = form ? [...form.querySelectorAll("input[type=radio]")] : [];
    const radio = radios[Number(event.key) - 1];
    if (radio) {
      radio.checked = true;
      form.querySelector("textarea").focus();
      event.preventDefault();
      return;
    }
    const at = links.findIndex((link) => link.hasAttribute("aria-current"));
    const next = { j: links[at + 1], k: links[at - 1] }[event.key.toLowerCase()];
    if (next) next.click();
  });
})();
