// Forms that save by themselves and lose nothing: not with a lost connection, a closed tab, an expired login.
//
// <form data-autosave="/url/" data-autosave-version="4" method="post">
//   <p class="autosave-status" data-autosave-status role="status"></p>
// Words come from data-* attributes of <template id="autosave-words"> (ui/autosave_words.html), so that this file knows no language.
(() => {
  "use strict";
  const WAIT = 1500;
  const RETRY = 15000;
  const KEEP_DAYS = 30;
  const PREFIX = "opensti.draft:";

  const words = () => {
    const place = document.getElementById("autosave-words");
    return place ? place.dataset : {};
  };

  const store = {
    get(key) {
      try { return JSON.parse(localStorage.getItem(PREFIX + key)); } catch { return null; }
    },
    set(key, value) {
      try { localStorage.setItem(PREFIX + key, JSON.stringify(value)); return true; } catch { return false; }
    },
    drop(key) {
      try { localStorage.removeItem(PREFIX + key); } catch { /* nothing kept, nothing to drop */ }
    },
    // drafts nobody came back for
    sweep() {
      try {
        const limit = Date.now() - KEEP_DAYS * 86400000;
        for (const key of Object.keys(localStorage)) {
          if (!key.startsWith(PREFIX)) continue;
          const kept = JSON.parse(localStorage.getItem(key));
          if (!kept || kept.at < limit) localStorage.removeItem(key);
        }
      } catch { /* no storage here */ }
    },
  };

  const answers = (form) => {
    const found = [];
    for (const [name, value] of new FormData(form)) {
      if (name === "csrfmiddlewaretoken" || name === "version" || typeof value !== "string") continue;
      if (form.elements[name] && form.elements[name].type === "password") continue;
      found.push([name, value]);
    }
    return found;
  };

  // The server writes figures in its own way, drops empty rows and adds spare ones: a draft
  // that says the same is no unsaved draft. Words are compared letter by letter.
  const figure = (value) => {
    const plain = value.replace(/[.,\s](?=\d{3}(?:\D|$))/g, "").replace(",", ".");
    return plain.trim() !== "" && Number.isFinite(Number(plain)) ? String(Number(plain) || "") : value.trim();
  };
  const meant = (form, kept) =>
    JSON.stringify(
      kept
        .filter(([name]) => !name.endsWith("-TOTAL_FORMS"))
        .map(([name, value]) => {
          const field = form.elements[name];
          return [name, field && field.inputMode ? figure(value) : value.replace(/\r\n/g, "\n").trim()];
        })
        .filter(([, value]) => value !== "")
        .sort()
    );

  const fill = (form, kept) => {
    const values = new Map();
    for (const [name, value] of kept) values.set(name, [...(values.get(name) || []), value]);
    const used = new Map();
    for (const field of form.elements) {
      if (!field.name || ["hidden", "file", "submit", "button", "password"].includes(field.type)) continue;
      const given = values.get(field.name) || [];
      if (field.type === "checkbox" || field.type === "radio") {
        field.checked = given.includes(field.value);
      } else if (field.multiple) {
        for (const option of field.options) option.selected = given.includes(option.value);
      } else {
        const turn = used.get(field.name) || 0;
        used.set(field.name, turn + 1);
        if (turn < given.length) field.value = given[turn];
      }
    }
  };

  const clock = (when) =>
    new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", second: "2-digit" }).format(when);

  class Autosave {
    constructor(form) {
      this.form = form;
      this.url = form.dataset.autosave;
      this.version = form.dataset.autosaveVersion || "";
      // the person is part of the key: another who signs in here sees nothing of it
      this.key = `${form.dataset.autosaveUser || document.body.dataset.user || ""}:${this.url}`;
      this.status = form.querySelector("[data-autosave-status]") || document.querySelector("[data-autosave-status]");
      this.timer = 0;
      this.busy = false;
      this.again = false;
      this.stopped = false;
      this.first = JSON.stringify(answers(form));
      this.saved = this.first;
      this.offer();
      form.addEventListener("input", () => this.changed());
      form.addEventListener("change", () => this.changed());
      form.addEventListener("submit", (event) => {
        clearTimeout(this.timer);
        if (this.busy) { // its answer brings the version that this form must carry
          event.preventDefault();
          this.waiting = { by: event.submitter };
          return;
        }
        this.submitting = true;
        this.keep();
      });
      window.addEventListener("online", () => this.retry());
      document.addEventListener("visibilitychange", () => {
        if (document.visibilityState === "visible") this.retry();
        else if (this.dirty() && !this.submitting) this.leave();
      });
      window.addEventListener("pagehide", () => { if (this.dirty() && !this.submitting) this.leave(); });
      window.addEventListener("beforeunload", (event) => {
        if (this.dirty() && !this.submitting && !this.keep()) event.preventDefault();
      });
    }

    now() { return JSON.stringify(answers(this.form)); }
    dirty() { return this.now() !== this.saved; }

    say(text, tone = "") {
      if (!this.status) return;
      this.status.dataset.tone = tone;
      if (this.status.textContent !== text) this.status.textContent = text;
    }

    keep() { return store.set(this.key, { at: Date.now(), version: this.version, answers: answers(this.form) }); }

    changed() {
      if (!this.dirty()) return;
      this.keep();
      if (this.stopped) return;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.send(), WAIT);
    }

    retry() { if (!this.stopped && this.dirty()) this.send(); }

    leave() {
      this.keep();
      const sent = this.now();
      if (this.stopped || this.busy || this.left === sent) return;
      this.left = sent; // hiding and closing both come here
      // the tab may be closing: a small form can still be sent
      const body = this.body();
      fetch(this.url, { method: "POST", body, keepalive: true, credentials: "same-origin", headers: this.headers(), redirect: "manual" })
        .then((r) => (r.ok ? this.done(r, sent) : null)).catch(() => {});
    }

    body() {
      const body = new FormData();
      for (const [name, value] of answers(this.form)) body.append(name, value);
      body.append("csrfmiddlewaretoken", this.token());
      if (this.version !== "") body.append("version", this.version);
      body.append("autosave", "1");
      return body;
    }

    token() {
      const cookie = document.cookie.match(/(?:^|; )csrftoken=([^;]+)/);
      const field = this.form.querySelector("input[name=csrfmiddlewaretoken]");
      return cookie ? decodeURIComponent(cookie[1]) : field ? field.value : "";
    }

    headers() { return { Accept: "application/json", "X-CSRFToken": this.token(), "X-Requested-With": "XMLHttpRequest", "X-Autosave": "1" }; }

    async send() {
      if (this.busy) { this.again = true; return; }
      if (this.stopped || !this.dirty()) return;
      const w = words();
      this.busy = true;
      const sent = this.now();
      this.say(w.saving);
      try {
        const answer = await fetch(this.url, { method: "POST", body: this.body(), credentials: "same-origin", headers: this.headers(), redirect: "manual", signal: AbortSignal.timeout(20000) });
        await this.understand(answer, sent);
      } catch {
        this.failed(w.offline);
      } finally {
        this.busy = false;
        const again = this.again;
        const waiting = this.waiting;
        this.again = false;
        this.waiting = null;
        if (waiting) this.form.requestSubmit(waiting.by);
        else if (again) this.retry();
      }
    }

    async understand(answer, sent) {
      const w = words();
      if (answer.ok) return this.done(answer, sent);
      if (answer.type === "opaqueredirect" || answer.status === 401) return this.failed(w.login, true);
      const said = await answer.json().catch(() => ({}));
      // signed out, or signed in anew as somebody else: both look like "may not"
      if (answer.status === 403) return this.failed([w.refused, said.message || w.login, said.mend].filter(Boolean).join(" "), true, said.message);
      if (answer.status === 409) return this.conflict(said);
      const text = [said.message, said.mend].filter(Boolean).join(" ");
      if (answer.status >= 500 || answer.status === 429) return this.failed(w.offline);
      this.keep();
      this.say(`${w.refused} ${text}`.trim(), "bad");
      return null;
    }

    async done(answer, sent) {
      const said = await answer.json().catch(() => null);
      if (said === null) return this.failed(words().login, true); // a page, not an answer
      if (said.version !== undefined) {
        this.version = String(said.version);
        const field = this.form.elements.version;
        if (field) field.value = this.version;
      }
      this.saved = sent;
      if (this.now() === sent) store.drop(this.key);
      else this.keep();
      this.say(`${words().saved} ${clock(said.saved_at ? new Date(said.saved_at) : new Date())}`);
      this.clearNotice("login");
      return null;
    }

    failed(text, login = false, why = "") {
      const kept = this.keep();
      this.say(kept ? text : words().nokeep, "bad");
      if (login) this.notice("login", why || words().login, [[words().signin, words().loginUrl]]);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.retry(), RETRY);
    }

    conflict(said) {
      this.stopped = true;
      this.keep();
      const w = words();
      this.say(w.conflict, "bad");
      const box = this.notice("conflict", said.message || w.conflict, [[w.reload, location.pathname + location.search]]);
      if (said.mend) box.append(line("p", said.mend));
      const changes = Array.isArray(said.changed) ? said.changed : said.changed ? [{ label: said.changed }] : [];
      if (changes.length) {
        const list = document.createElement("ul");
        for (const each of changes) {
          const name = each.label || each.field || "";
          list.append(line("li", each.theirs === undefined ? name : `${name}: ${each.theirs}`));
        }
        box.append(list);
      }
      box.append(line("p", w.yours));
    }

    // what an earlier visit could not save
    offer() {
      const form = this.form;
      const kept = store.get(this.key);
      if (!kept || meant(form, kept.answers) === meant(form, answers(form))) {
        if (kept) store.drop(this.key);
        return;
      }
      const w = words();
      const box = this.notice("draft", `${w.found} ${new Date(kept.at).toLocaleString(document.documentElement.lang)}.`, []);
      if (kept.version && this.version && kept.version !== this.version) box.append(line("p", w.older));
      const row = document.createElement("p");
      row.className = "row";
      const take = button(w.restore, "primary", () => {
        this.form.querySelectorAll("[data-rows]").forEach((rows) => grow(rows, kept.answers));
        fill(this.form, kept.answers);
        this.clearNotice("draft");
        this.form.dispatchEvent(new Event("change", { bubbles: true }));
        this.changed();
      });
      const leave = button(w.discard, "", () => { store.drop(this.key); this.clearNotice("draft"); });
      row.append(take, leave);
      box.append(row);
    }

    notice(kind, text, links) {
      this.clearNotice(kind);
      const outer = document.createElement("div");
      outer.className = "notice";
      outer.dataset.tone = kind === "draft" ? "info" : "warn";
      outer.dataset.autosaveNotice = kind;
      outer.setAttribute("role", "alert");
      const box = document.createElement("div");
      box.className = "notice-body";
      box.append(line("p", text));
      for (const [label, url] of links) {
        if (!label || !url) continue;
        const link = document.createElement("a");
        link.href = url;
        link.textContent = label;
        if (kind === "login") { link.target = "_blank"; link.rel = "noopener"; }
        const place = document.createElement("p");
        place.append(link);
        box.append(place);
      }
      outer.append(box);
      this.form.before(outer);
      return box;
    }

    clearNotice(kind) {
      document.querySelectorAll(`[data-autosave-notice="${kind}"]`).forEach((node) => node.remove());
    }
  }

  const line = (tag, text) => {
    const node = document.createElement(tag);
    node.textContent = text;
    return node;
  };

  const button = (text, kind, act) => {
    const node = line("button", text);
    node.type = "button";
    node.className = "button";
    if (kind) node.dataset.kind = kind;
    node.addEventListener("click", act);
    return node;
  };

  // a kept draft may have more rows than the page shows
  const grow = (rows, kept) => {
    const name = `${rows.dataset.rows}-TOTAL_FORMS`;
    const wanted = kept.find(([field]) => field === name);
    const adder = rows.querySelector("[data-rows-add]");
    const counter = rows.querySelector(`input[name="${name}"]`);
    for (let n = wanted ? Number(wanted[1]) - Number(counter.value) : 0; n > 0 && adder; n -= 1) adder.click();
  };

  store.sweep();
  document.querySelectorAll("form[data-autosave]").forEach((form) => new Autosave(form));
})();
