// The sign-up of an Express site: node widgets/demo/express_app.mjs [PORT [CLAUSEPRESS]].

import express from "express";

const [port = "8001", clausepress = "http://127.0.0.1:8000"] = process.argv.slice(2);
const DOCUMENTS = ["user-agreement", "privacy"];
const FRESH = 3_600_000; // ms

/** The agreement on record by policy; throws what to tell the visitor.
 * @param {string[]} ids what the form sent */
async function check(ids) {
  const get = async (path) => {
    const answer = await fetch(`${clausepress}/${path}`, { signal: AbortSignal.timeout(10_000) });
    if (!answer.ok) throw Object.assign(new Error("There is no such receipt."), { status: 422 });
    return answer.json();
  };
  const { policies } = await get("policies.json");
  const agreed = {};
  for (const id of ids) {
    const { entry } = await get(`v1/receipts/${encodeURIComponent(id)}`);
    const record = JSON.parse(entry);
    const policy = policies.find((one) => one.id === record.policy);
    const version = policy?.versions.find((one) => one.id === policy.current);
    const good = record.kind === "agreement" && record.mode === "express" &&
      record.decision === "given" && record.version === version?.id &&
      record.text_digest === version.editions[record.lang]?.text_digest &&
      Math.abs(Date.now() - Date.parse(record.at)) < FRESH;
    if (good) agreed[record.policy] = record;
  }
  const missing = DOCUMENTS.filter((name) => !agreed[name]);
  if (missing.length) {
    throw Object.assign(new Error(`Not agreed to: ${missing.join(", ")}.`), { status: 422 });
  }
  return agreed;
}

const app = express();

app.post("/account", express.urlencoded({ extended: false }), async (request, response) => {
  try {
    const agreed = await check([request.body.agreement ?? []].flat());
    // … open the account, its receipts' ids beside it under a unique constraint
    response.type("text/plain").send(Object.values(agreed).map(({ id }) => id).join("\n"));
  } catch ({ status = 503, message }) {
    response.status(status).type("text/plain").send(message);
  }
});

app.listen(Number(port), "127.0.0.1");
