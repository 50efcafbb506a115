// For a page that has our frames: their height, and what was done in them as events of the iframe.

const HIGHEST = 10_000; // px

/** The frame that a message is from: one of ours, still at its own address.
 * @param {MessageEvent} event */
const frameOf = ({ source, origin }) =>
  [...document.querySelectorAll("iframe")].find((frame) =>
    frame.contentWindow === source && /\/v1\/frame\/[a-z]+\?/.test(frame.src) &&
    new URL(frame.src).origin === origin
  );

addEventListener("message", (event) => {
  const { clausepress, type, height, name, detail } = Object(event.data);
  const frame = clausepress === 1 && frameOf(event);
  if (!frame) return;
  if (type === "height" && height >= 0 && height <= HIGHEST) frame.style.blockSize = `${height}px`;
  if (type === "event" && /^clausepress-(agree|refuse|receipt|withdraw)$/.test(name)) {
    frame.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }
});
