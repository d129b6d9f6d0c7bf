/** The name that JSON and TypeScript use for an Avro record or symbol, which may not hold a hyphen: `MfaRequired`, `step_up` -> `mfa-required`, `step-up`. */
export function kebab(name: string): string {
  const known = kebabs.get(name)
  if (known !== undefined) return known
  const made = makeKebab(name)
  kebabs.set(name, made)
  return made
}

/** Names stand in schemas, so there are not many; and every record that is read asks for some. */
const kebabs = new Map<string, string>()

function makeKebab(name: string): string {
  const words = name.replaceAll('_', '-')
  // Levels are upper case by the public interface (LOW, MEDIUM, HIGH) and stay so.
  return words === words.toUpperCase() ? words : words.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, '-').toLowerCase()
}
