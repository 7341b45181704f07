// A long list of choices that can be searched: <select data-search="WORDS"> gets a field above it.
// What does not contain every word that is typed is taken out of the list, except what is chosen.
// Accents do not count. Without this script the list is an ordinary one.
(() => {
  "use strict";
  const folded = (text) =>
    text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "");

  const start = (select) => {
    const parts = [...select.children].map((part) => ({
      part,
      options: part.tagName === "OPTGROUP" ? [...part.children] : [],
      text: folded(part.label || part.textContent),
    }));
    const field = document.createElement("input");
    field.type = "search";
    field.autocomplete = "off";
    field.placeholder = select.dataset.search;
    field.setAttribute("aria-label", select.dataset.search);
    field.setAttribute("aria-controls", select.id);
    select.before(field);

    const narrow = () => {
      const words = folded(field.value).split(/\s+/).filter(Boolean);
      const fits = (option, beside) => {
        const text = `${beside} ${folded(option.textContent)}`;
        return option.selected || !option.value || words.every((word) => text.includes(word));
      };
      select.replaceChildren(
        ...parts.flatMap(({ part, options, text }) => {
          if (!options.length) return fits(part, text) ? [part] : [];
          part.replaceChildren(...options.filter((option) => fits(option, text)));
          return part.children.length ? [part] : [];
        }),
      );
    };
    field.addEventListener("input", narrow);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault();
    });
  };

  document.querySelectorAll("select[data-search]").forEach(start);
})();
