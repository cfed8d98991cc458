// Dropping files onto the import page, and how far they are on their way.
(() => {
  "use strict";
  const form = document.querySelector("form[data-drop]");
  if (!form) return;
  const input = form.querySelector("input[type=file]");
  const zone = form.querySelector(".drop-zone");
  const names = form.querySelector("[data-names]");
  const bar = form.querySelector("progress");
  const tooLarge = form.querySelector("[data-too-large]");
  const most = Number(form.dataset.most) * 1000000;

  function show() {
    const files = [...input.files];
    names.textContent = files.map((one) => one.name).join(" · ");
    tooLarge.hidden = files.reduce((sum, one) => sum + one.size, 0) <= most;
  }
  input.addEventListener("change", show);

  for (const name of ["dragenter", "dragover"]) {
    form.addEventListener(name, (event) => { event.preventDefault(); zone.classList.add("over"); });
  }
  for (const name of ["dragleave", "drop"]) {
    form.addEventListener(name, () => zone.classList.remove("over"));
  }
  form.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    show();
    if (tooLarge.hidden) form.requestSubmit();
  });
  // A file dropped beside the zone must not replace the page.
  for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());

  form.addEventListener("submit", (event) => {
    if (!tooLarge.hidden) { event.preventDefault(); return; }
    event.preventDefault();
    const request = new XMLHttpRequest();
    request.open("POST", form.action || window.location.href);
    request.upload.addEventListener("progress", (far) => {
      if (far.lengthComputable) { bar.hidden = false; bar.value = Math.round((100 * far.loaded) / far.total); }
    });
    request.setRequestHeader("X-Requested-With", "XMLHttpRequest");
    request.addEventListener("load", () => {
      window.location.assign(request.getResponseHeader("X-Go") || window.location.href);
    });
    request.addEventListener("error", () => { bar.hidden = true; delete form.dataset.sent; form.submit(); });
    request.send(new FormData(form));
  });
})();
