import { newSigningJwk, readSecretFile, type SecretFile } from './secrets.ts'

/** What a step did: the next key is published, or signs, or the last one is gone. */
export type RotationStep = 'published' | 'signing' | 'done'

/**
 * Takes the next of the three steps in which the key of mfaTokens is changed without an outage. Between two steps every session-guard has to
 * have the file of the step before: a token is always signed with a key that each of them already publishes. Throws as `parseSecrets` does.
 */
export function rotateSigning(text: string): Readonly<{ text: string; step: RotationStep }> {
  const secrets = readSecretFile(text)
  const { signing, nextSigning, lastSigning, ...others } = secrets
  if (lastSigning !== undefined) return result({ ...others, signing }, 'done')
  if (nextSigning === undefined) return result({ ...others, signing, nextSigning: newSigningJwk() }, 'published')
  const { d: _, ...last } = signing
  return result({ ...others, signing: nextSigning, lastSigning: last }, 'signing')
}

function result(secrets: SecretFile, step: RotationStep): Readonly<{ text: string; step: RotationStep }> {
  return { text: JSON.stringify(secrets), step }
}
