// The button of the cookie register opens the cookie layer; without it, it leads to the form.
for (const link of document.querySelectorAll("a[data-cookies]")) {
  link.addEventListener("click", (event) => {
    /** @type {(Element & { open?: () => Promise<void> }) | null} */
    const layer = document.querySelector("clausepress-cookies");
    if (!layer?.open) return;
    event.preventDefault();
    layer.open();
  });
}
