// The one global, for pages with scripts of their own that are no modules.

import { get, open, ready, set, withdraw } from "./consent.js";

export const clausepress = Object.freeze({ get, set, withdraw, open, ready });
Object.assign(globalThis, { clausepress });
