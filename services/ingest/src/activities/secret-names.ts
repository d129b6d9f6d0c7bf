import { pointerStep } from '@watchword/policy'
import { type ProblemError, problem } from '@watchword/service-kit'

const secretName = /password|passwd|passphrase|secret|token|authorization/
const depthMax = 16

/** Whether the name of a field says that it holds a password, secret, token or authorization; case, blanks and hyphens do not matter. */
export function isSecretName(name: string): boolean {
  return secretName.test(name.toLowerCase().replaceAll(/[^a-z]/g, ''))
}

/** Pointers to the fields whose names say secret, at any depth but not below `headers`, which are an allow-list anyway. */
export function secretPointers(value: unknown, pointer = '', depth = 0): readonly string[] {
  if (typeof value !== 'object' || value === null || depth > depthMax) return []
  return Object.entries(value).flatMap(([name, member]) => {
    const here = `${pointer}/${pointerStep(name)}`
    if (!Array.isArray(value) && isSecretName(name)) return [here]
    return name === 'headers' ? [] : secretPointers(member, here, depth + 1)
  })
}

/** The refusal of what holds these fields; it names them and quotes nothing. */
export function secretRefused(pointers: readonly string[]): Readonly<{ ok: false; problem: ProblemError }> {
  const errors = pointers.map((pointer) => ({ pointer, detail: 'says that it holds a secret: it is not stored' }))
  return { ok: false, problem: problem('secret-refused', { errors }) }
}
