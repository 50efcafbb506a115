// What a page's own TypeScript sees of the elements. The shapes are those the modules are checked by.

import type { Choice, Receipt, Widget } from "./types.d.ts";
import type * as consent from "./consent.js";

export type { Choice, Receipt, Widget };

/** From "clausepress-widgets/api.js". */
export const clausepress: Readonly<
  Pick<typeof consent, "get" | "set" | "withdraw" | "open" | "ready">
>;

declare global {
  interface HTMLElementTagNameMap {
    "clausepress-agree": Widget;
    "clausepress-choices": Widget;
    "clausepress-cookies": Widget;
    "clausepress-sms": Widget;
  }

  interface HTMLElementEventMap {
    "clausepress-agree": CustomEvent<Receipt[]>;
    "clausepress-choice": CustomEvent<Choice | null>;
    "clausepress-receipt": CustomEvent<Receipt>;
    "clausepress-refuse": CustomEvent<null>;
    "clausepress-withdraw": CustomEvent<Receipt[]>;
  }
}
