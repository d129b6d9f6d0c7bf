/** What a 401 of RFC 9470 (`insufficient_user_authentication`) asks for. */
export type StepUpDemand = { readonly lockId: string | undefined; readonly challengeUri: string | undefined }

// RFC 9110, 11.6.1: schemes, each with parameters; a parameter is a token, "=", and a token or a quoted string.
const part = /([\w!#$%&'*+.^`|~-]+)(?:\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+)))?/g

/** Reads `WWW-Authenticate`, whatever other schemes stand in it; undefined where none asks for a second factor. */
export const parseStepUpDemand = (header: string): StepUpDemand | undefined => {
  let parameters = new Map<string, string>()
  const schemes: Map<string, string>[] = []
  for (const [, name = '', quoted, plain] of header.slice(0, 8_192).matchAll(part)) {
    const value = quoted?.replace(/\\(.)/g, '$1') ?? plain
    if (value === undefined) schemes.push((parameters = new Map<string, string>()))
    else parameters.set(name.toLowerCase(), value)
  }
  const found = schemes.find((scheme) => scheme.get('error') === 'insufficient_user_authentication')
  return found && { lockId: found.get('lock_id'), challengeUri: found.get('challenge_uri') }
}
