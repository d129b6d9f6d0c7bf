/** Parameters of `WWW-Authenticate` as quoted strings; what cannot stand in one is left out (RFC 6750, 3). */
export function quoted(parameters: Readonly<Record<string, string>>): string {
  return Object.entries(parameters)
    .map(([name, value]) => `${name}="${value.replaceAll(/[^\x20-\x7e]|["\\]/g, '')}"`)
    .join(', ')
}
