// The palette of placeholders: a click puts one where the cursor was, in subject or body.
(() => {
  "use strict";
  let last = null;
  document.addEventListener("focusin", (event) => {
    if (event.target.matches("[data-takes-placeholder]")) last = event.target;
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-insert]");
    if (!button) return;
    const field = last ?? document.querySelector("textarea[data-takes-placeholder]");
    if (!field || field.readOnly) return;
    // A block stands alone between blank lines; the subject takes none.
    const block = button.dataset.block !== undefined;
    const target = block ? document.querySelector("textarea[data-takes-placeholder]") : field;
    const before = target.value.slice(0, target.selectionStart);
    let text = button.dataset.insert;
    if (block) {
      const lead = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
      text = `${lead}${text}\n\n`;
    }
    target.setRangeText(text, target.selectionStart, target.selectionEnd, "end");
    target.focus();
    target.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
