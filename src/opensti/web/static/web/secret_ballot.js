// The voter's part of a secret ballot (RFC 9474, RSABSSA-SHA384-PSS-Randomized): write, blind, have it signed,
// take the blinding off, and hand it in at a place that is told no cookie and no name. No library, no inline code.
//
// Everything is kept in this browser until the ballot is in the urn, so that a lost connection, a reload or a
// closed tab loses nothing; the same request again gets the same answer.
(() => {
  "use strict";
  const SALT = 48;
  const PREFIX = 32;
  const EXPONENT = 65537n;
  const KEPT = "opensti.ballot:";
  const LONGEST_WAIT = 12000; // of chance, between the opening of the urn and the handing in
  const utf8 = new TextEncoder();

  // A server in trouble, or one that was asked too often: the same is asked again, nothing is dropped.
  const later = (answer) => answer.status >= 500 || answer.status === 429;

  // ---- bytes and numbers
  const hex = (bytes) => Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
  const unhex = (text) => Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
  const number = (bytes) => BigInt(`0x${hex(bytes) || "0"}`);
  const bytesOf = (value, size) => unhex(value.toString(16).padStart(2 * size, "0"));
  const random = (size) => crypto.getRandomValues(new Uint8Array(size));
  const join = (...parts) => {
    const all = new Uint8Array(parts.reduce((sum, p) => sum + p.length, 0));
    let at = 0;
    for (const part of parts) { all.set(part, at); at += part.length; }
    return all;
  };
  const power = (base, exponent, n) => {
    let result = 1n;
    let factor = base % n;
    for (let e = exponent; e > 0n; e >>= 1n) {
      if (e & 1n) result = (result * factor) % n;
      factor = (factor * factor) % n;
    }
    return result;
  };
  // the inverse modulo n, or nothing when there is none
  const inverse = (value, n) => {
    let [r, next] = [n, ((value % n) + n) % n];
    let [t, after] = [0n, 1n];
    while (next) {
      const quotient = r / next;
      [r, next] = [next, r - quotient * next];
      [t, after] = [after, t - quotient * after];
    }
    return r === 1n ? ((t % n) + n) % n : null;
  };
  const bits = (n) => n.toString(2).length;
  const sha384 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-384", bytes));
  const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

  const mask = async (seed, length) => {
    const found = [];
    for (let i = 0; i * 48 < length; i += 1) found.push(await sha384(join(seed, Uint8Array.of(i >>> 24, i >>> 16, i >>> 8, i))));
    return join(...found).slice(0, length);
  };
  // EMSA-PSS-ENCODE of RFC 8017
  const encode = async (message, length, salt) => {
    const size = Math.ceil(length / 8);
    const h = await sha384(join(new Uint8Array(8), await sha384(message), salt));
    const block = join(new Uint8Array(size - salt.length - 50), Uint8Array.of(1), salt);
    const masked = (await mask(h, block.length)).map((b, i) => b ^ block[i]);
    masked[0] &= 0xff >> (8 * size - length);
    return join(masked, h, Uint8Array.of(0xbc));
  };

  const key = (modulus) => {
    const n = BigInt(`0x${modulus}`);
    return { n, size: Math.ceil(bits(n) / 8) };
  };
  const unit = ({ n, size }) => {
    for (;;) {
      const value = number(random(size));
      if (value > 0n && value < n && inverse(value, n) !== null) return value;
    }
  };
  const blind = async (k, message, given = {}) => {
    const encoded = number(await encode(message, bits(k.n) - 1, given.salt || random(SALT)));
    if (inverse(encoded, k.n) === null) throw new Error("not invertible");
    const inv = given.inverse || unit(k);
    const r = inverse(inv, k.n);
    return { blinded: bytesOf((encoded * power(r, EXPONENT, k.n)) % k.n, k.size), inverse: inv };
  };
  const verify = async (k, message, signature) => {
    const base64 = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
    const jwk = { kty: "RSA", e: "AQAB", n: base64(bytesOf(k.n, k.size)), alg: "PS384", ext: true };
    const imported = await crypto.subtle.importKey("jwk", jwk, { name: "RSA-PSS", hash: "SHA-384" }, false, ["verify"]);
    return crypto.subtle.verify({ name: "RSA-PSS", saltLength: SALT }, imported, signature, message);
  };
  const finalize = async (k, message, signed, inv) => {
    const signature = bytesOf((number(signed) * inv) % k.n, k.size);
    return (await verify(k, message, signature)) ? signature : null;
  };
  // what tests compare with the RFC's own numbers
  window.openstiBlind = { key, blind, finalize, verify, hex, unhex, number };

  // ---- one ballot
  class Ballot {
    constructor(place) {
      this.place = place;
      this.data = place.dataset;
      this.name = KEPT + this.data.poll;
      this.key = key(this.data.modulus);
      this.questions = place.querySelector("[data-questions]");
      this.said = place.querySelector("[data-said]");
      this.mark = place.querySelector("[data-mark]");
      this.kept = this.load();
      const button = place.querySelector("[data-hand-in]");
      if (!window.isSecureContext || !crypto.subtle) { this.say("https"); return; }
      if (button) button.addEventListener("click", () => this.write());
      window.addEventListener("online", () => this.go());
      if (this.kept) this.go();
      else if (this.data.state === "issuing") this.questions.hidden = false;
      else if (this.data.state === "casting") this.say("absent");
    }

    say(word) { this.said.textContent = this.data[`word${word[0].toUpperCase()}${word.slice(1)}`] || word; }
    load() { try { return JSON.parse(localStorage.getItem(this.name)); } catch { return null; } }
    keep(kept) {
      this.kept = kept;
      try { localStorage.setItem(this.name, JSON.stringify(kept)); } catch { /* kept in this page alone */ }
    }
    drop() {
      this.kept = null;
      try { localStorage.removeItem(this.name); } catch { /* nothing kept */ }
    }

    // Names in the order of the alphabet and texts alone: the one form that the house accepts.
    choice() {
      const found = {};
      const fields = [...this.place.querySelectorAll("[data-answer]")];
      if (!fields.every((f) => f.checkValidity())) { fields.find((f) => !f.checkValidity()).reportValidity(); return null; }
      const names = [...new Set(fields.map((f) => f.name))].sort();
      for (const name of names) {
        const same = fields.filter((f) => f.name === name);
        const field = same[0].type === "radio" ? same.find((f) => f.checked) : same[0];
        if (!field || !field.value) { this.say("fill"); return null; }
        found[name] = field.value.replace(",", ".");
      }
      return found;
    }

    async write() {
      if (this.kept) { this.go(); return; }
      const choice = this.choice();
      if (!choice) return;
      const text = JSON.stringify({ choice, nonce: hex(random(16)), poll: this.data.poll });
      const message = join(random(PREFIX), utf8.encode(text));
      const made = await blind(this.key, message);
      this.keep({ step: "ask", message: hex(message), blinded: hex(made.blinded), inverse: made.inverse.toString(16) });
      this.go();
    }

    // From wherever it stands to the urn; called again after every failure.
    async go() {
      if (this.busy || !this.kept) return;
      this.busy = true;
      this.questions.hidden = true;
      let wait = 0;
      try {
        if (this.kept.step === "ask") await this.ask();
        if (this.kept && this.kept.step === "wait") wait = await this.look();
        if (this.kept && this.kept.step === "cast") await this.cast();
        if (this.kept && this.kept.step === "in") this.show();
      } catch {
        this.say("offline");
        wait = 3000 + Math.random() * 3000;
      }
      this.busy = false;
      if (wait) setTimeout(() => this.go(), wait);
    }

    token() { return this.place.querySelector("input[name=csrfmiddlewaretoken]").value; }

    async ask() {
      this.say("asking");
      const body = new URLSearchParams({ blinded: this.kept.blinded, csrfmiddlewaretoken: this.token() });
      const answer = await fetch(this.data.paper, { method: "POST", body, credentials: "same-origin", headers: { Accept: "application/json", "X-CSRFToken": this.token() }, redirect: "manual", signal: AbortSignal.timeout(20000) });
      if (!answer.ok) {
        if (later(answer) || answer.type === "opaqueredirect") throw new Error("later");
        const told = await answer.json().catch(() => ({}));
        this.drop();
        this.questions.hidden = this.data.state !== "issuing";
        this.said.textContent = [told.message, told.mend].filter(Boolean).join(" ");
        return;
      }
      const { signed } = await answer.json();
      const signature = await finalize(this.key, unhex(this.kept.message), unhex(signed), BigInt(`0x${this.kept.inverse}`));
      if (!signature) { this.say("wrong"); this.kept = null; return; }
      this.keep({ step: "wait", message: this.kept.message, signature: hex(signature) });
    }

    async look() {
      const answer = await fetch(this.data.stateUrl, { credentials: "same-origin", headers: { Accept: "application/json" }, signal: AbortSignal.timeout(20000) });
      if (!answer.ok) throw new Error("later");
      const { state } = await answer.json();
      if (state === "issuing") { this.say("sealed"); return 3000; }
      if (state !== "casting") { this.say("lost"); this.drop(); return 0; }
      this.say("waiting");
      await new Promise((done) => { setTimeout(done, Math.random() * LONGEST_WAIT); });
      this.keep({ ...this.kept, step: "cast" });
      return 0;
    }

    async cast() {
      const answer = await fetch(this.data.urn, { method: "POST", credentials: "omit", referrerPolicy: "no-referrer", cache: "no-store", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ message: this.kept.message, signature: this.kept.signature }), signal: AbortSignal.timeout(20000) });
      if (!answer.ok) {
        if (later(answer)) throw new Error("later");
        this.say("lost");
        this.drop();
        return;
      }
      // Only the mark stays here: what was chosen is not kept on the phone.
      this.keep({ step: "in", mark: hex(await sha256(unhex(this.kept.message))) });
    }

    show() {
      this.said.textContent = `${this.data.wordIn}`;
      this.mark.textContent = this.kept.mark;
      this.mark.dataset.mark = this.kept.mark;
      this.mark.title = this.data.wordCheck;
    }
  }

  const begin = () => { for (const place of document.querySelectorAll("[data-secret-ballot]")) new Ballot(place); };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
