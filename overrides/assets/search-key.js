// "/" leads to the search, wherever the reader is.
addEventListener("keydown", (event) => {
  const at = /** @type {HTMLElement} */ (event.composedPath()[0]);
  const typing = at.isContentEditable ||
    /^(input|textarea|select)$/.test(at.localName);
  if (
    event.key !== "/" || typing || event.ctrlKey || event.metaKey ||
    event.altKey
  ) return;
  /** @type {NodeListOf<HTMLElement>} */
  const ways = document.querySelectorAll(
    ".cp-search [name=q], .cp-find input, a.cp-find",
  );
  const way = [...ways].find((each) => each.checkVisibility());
  if (!way) return;
  event.preventDefault();
  if (way.localName === "a") way.click();
  else way.focus();
});
