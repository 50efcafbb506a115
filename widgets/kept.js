// What outlasts the storage that some browsers clear after seven days, and comes from the form that
// needs no script: a refusal, in a cookie that the API sets. A consent ends with the storage that it
// lies in: an answer that comes late, or another host of the domain, must not bring one back.

import { recall } from "./store.js";

/** @import { Kept, Letter } from "./types.d.ts" */

const nameOf = (/** @type {unknown} */ policy) => `clausepress.${policy}.${location.hostname}=`;

/** The cookie's value. @param {unknown} policy @returns {string | undefined} */
export function find(policy) {
  try {
    const name = nameOf(policy);
    return document.cookie.split("; ").find((one) => one.startsWith(name))?.slice(name.length);
  } catch { /* a sandbox without cookies */ }
}

/** Ask for the cookie of a refusal that is on record.
 * @param {Letter} letter @param {Kept | null} kept */
export function keep({ slot, url, key, body }, kept) {
  if (body.kind !== "cookies" || kept?.key !== key || !kept.receipt) return;
  if (kept.decision !== "refused") return;
  const { policy, subject, purposes, services } = body;
  const { version, lang, text_digest, material, at, until, receipt } = kept;
  const about = { version, lang, text_digest, material, purposes, services };
  const framed = top !== self || undefined;
  fetch(new URL("kept", url), {
    method: "POST",
    mode: "no-cors", // only the cookie matters, not the answer
    credentials: "include",
    referrerPolicy: "origin", // else the request would name no origin
    keepalive: true,
    body: JSON.stringify({ policy, subject, ...about, key, at, until, receipt, framed }),
  }).catch(() => {}) // then storage alone keeps it
    .then(() => recall(`clausepress:${slot}`)?.key === key || erase(policy)); // decided anew meanwhile
}

/** A new decision: the cookie of an older one goes at once.
 * @param {unknown} policy */
export function erase(policy) {
  if (!find(policy)) return;
  const labels = location.hostname.split(".");
  for (const domain of ["", ...labels.map((_, i) => ";Domain=" + labels.slice(i).join("."))]) {
    for (const flags of ["", ";Secure;SameSite=None;Partitioned"]) {
      document.cookie = `${nameOf(policy)};Path=/;Max-Age=0${domain}${flags}`;
    }
  }
}
