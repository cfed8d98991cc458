// Copy buttons: they appear only where the browser lets a page write to the clipboard.
"use strict";
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.setAttribute("aria-live", "polite");
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      const before = [...button.childNodes];
      button.replaceChildren(button.dataset.copied);
      setTimeout(() => button.replaceChildren(...before), 2000);
    });
  }
}
