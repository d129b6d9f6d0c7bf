import { newSecretKey, newSigningJwk, type RandomBytes, readSecretFile, type SecretFile } from './secrets.ts'

/** What can be changed: the key of mfaTokens, that of the commands, the one that seals factors, or that of tickets. */
export type RotatedSecret = 'signing' | 'commands' | 'factors' | 'tickets'

/** What a step did: the next key is known, or is used, or the last one is gone. */
export type RotationStep = 'published' | 'added' | 'signing' | 'sealing' | 'done'

type Rotated = Readonly<{ secrets: SecretFile; step: RotationStep }>
type Rotation = (secrets: SecretFile, randomBytes: RandomBytes) => Rotated

/**
 * Takes the next of the steps in which a secret is changed without an outage; that of tickets has one, after which those under way are refused.
 * Between two steps every session-guard has to have the file of the step before: with a new key nothing is signed or sealed before each of
 * them knows it. Throws as `parseSecrets` does.
 */
export function rotateSecret(
  text: string,
  secret: RotatedSecret,
  { randomBytes }: Readonly<{ randomBytes: RandomBytes }>,
): Readonly<{ text: string; step: RotationStep }> {
  const { secrets, step } = rotations[secret](readSecretFile(text), randomBytes)
  return { text: JSON.stringify(secrets), step }
}

const rotations: Readonly<Record<RotatedSecret, Rotation>> = {
  signing({ signing, nextSigning, lastSigning, ...others }) {
    if (lastSigning !== undefined) return { secrets: { ...others, signing }, step: 'done' }
    if (nextSigning === undefined)
      return { secrets: { ...others, signing, nextSigning: newSigningJwk() }, step: 'published' }
    const { d: _, ...last } = signing
    return { secrets: { ...others, signing: nextSigning, lastSigning: last }, step: 'signing' }
  },

  commands({ command, nextCommand, lastCommand, ...others }, randomBytes) {
    if (lastCommand !== undefined) return { secrets: { ...others, command }, step: 'done' }
    if (nextCommand === undefined)
      return { secrets: { ...others, command, nextCommand: newSecretKey(randomBytes) }, step: 'added' }
    return { secrets: { ...others, command: nextCommand, lastCommand: command }, step: 'signing' }
  },

  // What was sealed stays as it is, so its key does, too.
  factors({ factors: { current, keys }, ...others }, randomBytes) {
    const numbers = Object.keys(keys).map(numberOf)
    const next = Object.keys(keys).find((id) => numberOf(id) > numberOf(current))
    if (next !== undefined) return { secrets: { ...others, factors: { current: next, keys } }, step: 'sealing' }
    const added = `k${String(Math.max(0, ...numbers) + 1).padStart(3, '0')}`
    const more = { ...keys, [added]: newSecretKey(randomBytes) }
    return { secrets: { ...others, factors: { current, keys: more } }, step: 'added' }
  },

  tickets: (secrets, randomBytes) => ({ secrets: { ...secrets, token: newSecretKey(randomBytes) }, step: 'done' }),
}

/** Of a key that was made here; 0 for one with a name of its own. */
function numberOf(id: string): number {
  return Number(/^k(\d{3,15})$/.exec(id)?.[1] ?? 0)
}
