const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

/** Whether a text is an RFC 3339 time that there is. */
export function isTime(text: string): boolean {
  return rfc3339.test(text) && Number.isFinite(Date.parse(text))
}
