// Passkeys: say in the page what a browser would only write into its console.
(() => {
  "use strict";
  const show = (id) => document.getElementById(id)?.removeAttribute("hidden");
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    show("passkey-error");
  });
  // A passkey belongs to a name: browsers make none for an IP address.
  document.addEventListener("DOMContentLoaded", () => {
    if (/^(\d+\.){3}\d+$|:/.test(location.hostname)) show("passkey-address");
  });
})();
