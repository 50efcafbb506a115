// A long text is first laid out as far as it is seen; then chapter after chapter, so that no touch
// waits for all of it. Sizes that are only guessed would lead a jump past its place, and move what
// is seen there: whoever jumps sooner gets all of it at once.

/** Let what was done be drawn, and a reader's touch be answered. */
export const pause = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));

/** @param {Element} text */
export async function layOut(text) {
  for (const chapter of text.children) {
    await pause();
    chapter.classList.add("cp-laid");
  }
}

addEventListener("click", ({ target }) => {
  if (target instanceof Element && target.closest('a[href^="#"]')) {
    document.documentElement.classList.add("cp-led");
  }
}, { capture: true });
