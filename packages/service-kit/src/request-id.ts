/** Says whether a request id given by a client is safe to send back and to log: 1 to 128 characters of a small alphabet. */
export function isRequestId(text: string): boolean {
  return /^[A-Za-z0-9._:/+=-]{1,128}$/.test(text)
}
