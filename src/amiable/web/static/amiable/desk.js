// What a page does beyond plain links and forms: keys, menus, dialogs. Everything works without it.
(() => {
  "use strict";
  document.documentElement.classList.add("js");
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // --- the menu of a phone ---------------------------------------------------------------
  $(".menu-button")?.addEventListener("click", (event) => {
    const side = $(".side"), open = side.dataset.open !== "true";
    side.dataset.open = String(open);
    event.currentTarget.setAttribute("aria-expanded", String(open));
  });

  // --- filters folded away on a phone, and the tab one is at in sight -----------------------
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-unfolds]");
    if (!button) return;
    const folded = button.form.dataset.folded !== "true";
    button.form.dataset.folded = String(folded);
    button.setAttribute("aria-expanded", String(!folded));
  });
  function showTab() {
    all(".tabs [aria-current]").forEach((tab) => {
      const row = tab.parentElement, start = tab.offsetLeft - row.offsetLeft;
      row.scrollLeft = start - (row.clientWidth - tab.clientWidth) / 2;
    });
  }
  showTab();
  window.addEventListener("resize", showTab);

  // --- the switcher of companies closes with Escape and with a click elsewhere ---------------
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && $(".switcher[open]");
    if (open) { open.open = false; $("summary", open).focus(); }
  });
  document.addEventListener("click", (event) => {
    all(".switcher[open]").forEach((one) => { if (!one.contains(event.target)) one.open = false; });
  });

  // --- dialogs: data-opens="#id" opens one, data-closes closes the one around it ------------
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) { $(opener.dataset.opens)?.showModal(); event.preventDefault(); }
    if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
  });
  // A dialog brought by htmx opens itself.
  document.addEventListener("htmx:afterSwap", (event) => {
    all("dialog[data-show]:not([open])", event.target.parentElement ?? document).forEach((one) => one.showModal());
  });

  // --- what htmx could not fetch into the page is opened as a page, which says why -----------
  document.addEventListener("htmx:responseError", (event) => {
    const link = event.target.closest("a[href]");
    if (link) window.location.assign(link.href);
  });

  // --- one submission a click: a double click must not do a thing twice ---------------------
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "dialog" || form.dataset.many !== undefined) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    setTimeout(() => delete form.dataset.sent, 4000);
  });
  window.addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));

  // --- filters that apply themselves ----------------------------------------------------------
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-live]");
    if (form && !form.hasAttribute("hx-get")) form.requestSubmit();
  });

  // --- choosing rows --------------------------------------------------------------------------
  document.addEventListener("change", (event) => {
    const box = event.target;
    if (box.matches?.("[data-choose-all]")) all("[data-choose]").forEach((one) => { one.checked = box.checked; });
    if (box.matches?.("[data-choose], [data-choose-all]")) countChosen();
  });
  function countChosen() {
    const chosen = all("[data-choose]:checked").length;
    all("[data-chosen-count]").forEach((one) => { one.textContent = String(chosen); });
    all("[data-needs-chosen]").forEach((one) => { one.disabled = chosen === 0; });
  }
  countChosen();

  // --- keys: j/k move, enter opens, x chooses; data-key="a" names a key of the page -----------
  let at = -1;
  function rows() { return all("[data-row]"); }
  function move(by) {
    const list = rows();
    if (!list.length) return;
    at = Math.max(0, Math.min(list.length - 1, at + by));
    list.forEach((row, index) => row.classList.toggle("chosen", index === at));
    list[at].scrollIntoView({ block: "nearest" });
    ($("a[data-open]", list[at]) ?? $("a", list[at]))?.focus({ preventScroll: true });
  }
  function typing(target) {
    return target.closest("input:not([type=checkbox]), textarea, select, [contenteditable]") || $("dialog[open]");
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const row = rows()[at];
    if (event.key === "j") move(1);
    else if (event.key === "k") move(-1);
    else if (event.key === "?") $("#keys")?.showModal();
    else if (event.key === "x" && row) $("[data-choose]", row)?.click();
    else {
      // The key of the current row first, then of the page.
      const selector = `[data-key="${CSS.escape(event.key)}"]`;
      const target = (row && $(selector, row)) ?? all(selector).find((one) => !one.closest("[data-row]"));
      if (!target) return;
      if (target.matches("input, textarea, select")) target.focus(); else target.click();
    }
    event.preventDefault();
  });

  // --- a clock that runs down: data-countdown="60" on an undo button --------------------------
  setInterval(() => all("[data-countdown]").forEach((one) => {
    const left = Number(one.dataset.countdown) - 1;
    one.dataset.countdown = String(left);
    const shown = $("[data-seconds]", one);
    if (shown) shown.textContent = String(Math.max(0, left));
    if (left <= 0) one.remove();
  }), 1000);

  document.addEventListener("htmx:afterSettle", countChosen);

  // --- two fields of one figure: data-twin="id of the other" -----------------------------------
  document.addEventListener("input", (event) => {
    const twin = event.target.dataset?.twin && document.getElementById(event.target.dataset.twin);
    if (twin) twin.value = event.target.value.replace(",", ".");
  });

  // --- what can be pushed sideways can be reached by the keyboard ------------------------------
  function reachSideways() {
    all(".table-wrap").forEach((one) => {
      if (one.scrollWidth > one.clientWidth) one.tabIndex = 0; else one.removeAttribute("tabindex");
    });
  }
  reachSideways();
  window.addEventListener("resize", reachSideways);
  document.addEventListener("htmx:afterSettle", reachSideways);
})();
