/** Which way words run. */

const STRONG = /[A-Za-z\u00c0-\u024f\u0370-\u052f\u0900-\u0dff]|([\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc])/;

/** True when the first letter that has a direction runs from right to left. */
export const runsFromRight = (text: string): boolean => Boolean(STRONG.exec(text)?.[1]);

/** The language whose face and line-height the words need: a message may be in another script than the page. */
export function scriptOf(text: string): "ur" | "hi" | "en" {
  if (/[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff]/.test(text)) return "ur";
  return /[\u0900-\u097f]/.test(text) ? "hi" : "en";
}
