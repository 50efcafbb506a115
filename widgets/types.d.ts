// Shapes shared by the modules; read by the type checker only, never sent to a browser.

export type Texts = Record<string, string>;

export interface Edition {
  title: string;
  url: string;
  json: string;
  text_digest: string;
  prominent: string[];
}

export interface Version {
  id: string;
  number: string | null;
  effective_on: string | null;
  editions: Record<string, Edition>;
}

export interface Purpose {
  id: string;
  required: boolean;
  label: Texts;
}

export interface Policy {
  id: string;
  prevails: string;
  current: string | null;
  cookies: { clause: string; purposes: Purpose[] } | null;
  sms: { clause: string; keyword: string } | null;
  versions: Version[];
}

export interface Policies {
  policies: Policy[];
}

/** A policy with the edition in force that is shown. */
export interface InForce {
  policy: Policy;
  version: Version;
  lang: string;
  edition: Edition;
}

/** A stretch of text with one emphasis, as in edition.json. */
export interface Run {
  text: string;
  bold?: boolean;
  underline?: boolean;
  label?: boolean;
}

export type Block =
  | { type: "paragraph"; runs: Run[] }
  | { type: "table"; header: Run[][]; rows: Run[][][] };

export interface Clause {
  id: string;
  number?: string;
  heading?: Run[];
  blocks?: Block[];
  children?: Clause[];
}

/** What the attributes of an element say. */
export interface Site {
  policy: string;
  lang: string;
  base: URL;
  api: URL;
}

/** What a page reads from `element.choice` and from the event `clausepress-choice`. */
export interface Choice {
  purposes: Record<string, boolean>;
  decision: "given" | "refused";
  version: string;
  at: string;
  /** "gpc" when the browser's signal speaks and the visitor has not chosen: neither stored nor sent. */
  signal?: string;
}

/** The text a decision is about, and what it says to each purpose. */
export interface About {
  version: string;
  lang: string;
  text_digest: string;
  purposes: Record<string, boolean>;
}

/** A choice as kept in localStorage: also what text it was about, and what became of its record. */
export interface Kept extends Choice {
  key: string;
  lang: string;
  text_digest: string;
  /** The text of the small settings button per language, so that a returning visit needs no catalog. */
  control: Texts;
  receipt?: string;
  problem?: string;
}

export interface Receipt {
  id: string;
  record: { at?: string };
}

/** A decision on its way to the server. A newer one in the same slot replaces it. */
export interface Letter {
  slot: string;
  key: string;
  at: string;
  /** An opt-out is a refusal. */
  decision: "given" | "refused";
  /** Where policies.json is, should the text have to be looked up anew. */
  base: string;
  /** Instead of the key, once the same decision was put about another text. */
  idempotency?: string;
  url: string;
  lang: string;
  body: Partial<About> & Record<string, unknown>;
}

export type Outcome =
  & { key: string; /** Told by another tab, whose page has its event. */ elsewhere?: boolean }
  & (
    | { state: "delivered"; receipt: Receipt; about: Partial<About> }
    | { state: "refused"; code: string; reason: string }
    | { state: "waiting"; rests?: boolean }
  );

/** What the cookie UI may ask of its element. */
export interface Owner {
  host: HTMLElement;
  root: ShadowRoot;
  site: Site;
  slot: string;
  /** Ends when the element leaves the page. */
  signal: AbortSignal;
  /** What is kept, in force or not. */
  kept(): Kept | null;
  /** The choice in force. */
  choice(): Choice | null;
  keep(kept: Kept | null): void;
  /** True when no older letter of this slot can be under way. */
  decide(about: About, surface: string, label: string, control: Texts): boolean;
}

export interface Panel {
  /** Show the state: ask for a choice, or stand by with the small button. */
  show(ask: boolean): void;
  settings(): void;
}

/** What the loader knows already. */
export interface Loader {
  /** ms after a refusal before anybody is asked again. */
  QUIET: number;
  /** "Refuse all" by language. */
  NO: Texts;
  /** Is the text the choice was about the one in force? Undefined when that cannot be found out. */
  current(kept: Kept, base: URL, policy: string | null): Promise<boolean | undefined>;
}

/** What the loader's cookie element hands over to. */
export interface Keeper {
  readonly choice: Choice | null;
  open(): Promise<void>;
  connect(told?: Kept | null): void;
  disconnect(): void;
}

/** What the loader's element may ask of a UI that is part of a form. */
export interface Mounted {
  /** The receipts' ids, parted by a space; empty until everything ticked is on record. */
  value(): string;
  reset(): void;
  disable(on: boolean): void;
}

declare global {
  interface Navigator {
    readonly globalPrivacyControl?: boolean;
  }
}
