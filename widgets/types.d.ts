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

export interface Service {
  id: string;
  label: Texts;
  clears?: string[];
}

export interface Purpose {
  id: string;
  required: boolean;
  label: Texts;
  /** Names of cookies and keys of localStorage; those that begin so when it ends in "*". */
  clears?: string[];
  services?: Service[];
}

export interface Policy {
  id: string;
  prevails: string;
  current: string | null;
  /** `digest` is over the clause and the purposes: what a choice is about. */
  cookies: { clause: string; purposes: Purpose[]; digest: string } | null;
  /** `number` is where the messages come from, if it is always the same. */
  sms: { clause: string; keyword: string; number?: string } | null;
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

/** A stretch of text that two texts share, or that is only in the older or the newer one. */
export interface Piece {
  text: string;
  mark: "" | "del" | "ins";
}

/** The words in which two texts differ. */
export interface Changes {
  /** Terms that are another one throughout. */
  renamed: { old: string; now: string }[];
  clauses: { number: string; name: string; lines: Piece[][] }[];
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
  /** Digest of the clause and the purposes, as in policies.json. */
  material: string;
  /** Each purpose, and "purpose.service" where it has services. */
  purposes: Record<string, boolean>;
}

/** A choice as kept in localStorage: also what text it was about, and what became of its record. */
export interface Kept extends Choice {
  key: string;
  lang: string;
  text_digest: string;
  material: string;
  /** Unix milliseconds until which a refusal is not asked about again; 0 of a consent. */
  until: number;
  /** Global Privacy Control was on, so that this was chosen in spite of it. */
  gpc?: boolean;
  /** The text of the small settings button per language, so that a returning visit needs no catalog. */
  labels: Texts;
  /** The purposes' own words, to name them when they are gone. */
  names: Texts;
  /** What a purpose leaves in the browser, to be cleared when it is taken back. */
  clear: Record<string, string[]>;
  receipt?: string;
  problem?: string;
}

/** What the server gives back of a record; see its schema `clausepress.receipt/1`. */
export interface Receipt {
  id: string;
  /** The exact log entry. */
  entry: string;
  record: Fields;
  proof: string;
  verifier_key: string;
}

/** A text that a record is about. */
export interface TextOf {
  policy: string;
  version: string;
  lang: string;
  text_digest: string;
}

/** The public fields of a record, those that are read here. */
export interface Fields extends Partial<TextOf> {
  kind: string;
  at: string;
  decision?: string;
  mode?: string;
  purpose?: string;
  purposes?: Record<string, boolean>;
  services?: Record<string, boolean>;
  documents?: TextOf[];
  label?: string;
  channel?: string;
}

/** A receipt in this browser: whose choice it is of, and where it was made. */
export interface Held {
  receipt: Receipt;
  /** Of an opt-out there is none. */
  subject: unknown;
  api: string;
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
  /** What that text asks about. */
  material?: string;
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
  decide(about: About, surface: string, label: string, beside: Partial<Kept>): void;
}

export interface Panel {
  /** Show the state: ask for a choice, or stand by with the small button. */
  show(ask: boolean): void;
  settings(): unknown;
  set(purposes: Record<string, boolean>, label?: string): void;
}

/** What a UI that is part of a form gives its element. */
export interface Mounted {
  /** The receipts' ids, parted by a space; empty until everything ticked is on record. */
  value(): string;
  reset(): void;
  disable(on: boolean): void;
  open?(): void;
}

/** Builds the UI of an element; the signal ends when the element leaves the page. */
export type Build = (
  host: Widget,
  root: ShadowRoot,
  signal: AbortSignal,
  internals: ElementInternals,
) => Promise<Mounted | void>;

/** What the loader may ask of an element whose module has come. */
export interface Part extends Mounted {
  open(): unknown;
  /** Cookies only; `at` is that of the choice kept when it was said. */
  set?(purposes: Record<string, boolean>, label?: string, at?: string): Promise<void>;
  end(): void;
}

/** An element as the loader defines it. */
export interface Widget extends HTMLElement {
  internals: ElementInternals;
  /** Of an element in a form: the receipts' ids, parted by spaces. */
  readonly value: string;
  /** The cookie choice in force, or null while there is none. */
  choice: Choice | null;
  /** Where in localStorage the choice is kept; of a cookie element only. */
  key?: string;
  ui?: Part;
  open(): Promise<void>;
}

declare global {
  interface Navigator {
    readonly globalPrivacyControl?: boolean;
  }
}
