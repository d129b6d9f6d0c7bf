/** Whether a text is an origin as browsers write it: those are compared letter by letter, so one with a path, a slash at its end or capitals never matches. */
export function isWebOrigin(text: string): boolean {
  return /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text
}
