// A second click on "send" sends nothing a second time. Also: says that script runs, and moves to what is wrong.
(() => {
  "use strict";
  document.documentElement.classList.add("js");

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.dataset.sent === "1") {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    const free = () => {
      delete form.dataset.sent;
      form.querySelectorAll("[data-held]").forEach((b) => {
        b.removeAttribute("aria-disabled");
        delete b.dataset.held;
      });
    };
    // after the browser has read the pressed button's name and value
    setTimeout(() => {
      form.querySelectorAll("button[type=submit], input[type=submit]").forEach((b) => {
        b.setAttribute("aria-disabled", "true");
        b.dataset.held = "1";
      });
    }, 0);
    if (form.hasAttribute("data-download")) setTimeout(free, 3000);
    else setTimeout(free, 20000); // a lost connection must not lock the page
  });

  // coming back with the browser's back button
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll("form[data-sent]").forEach((form) => {
      delete form.dataset.sent;
      form.querySelectorAll("[data-held]").forEach((b) => b.removeAttribute("aria-disabled"));
    });
  });

  const summary = document.querySelector("[data-focus]");
  if (summary) summary.focus();
})();
