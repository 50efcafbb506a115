// A redline, laid out to its end.

import { layOut } from "./laid.js";

const text = document.querySelector(".cp-redline .cp-text");
if (text) layOut(text);
