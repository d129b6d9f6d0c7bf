import { readFile } from 'node:fs/promises'
import { createLocalJWKSet, createRemoteJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'

/** The keys of an issuer cannot be had now: whether a token is genuine cannot be known. */
export class IssuerKeysError extends Error {
  override readonly name = 'IssuerKeysError'
  readonly code = 'issuer-keys-unavailable'
}

const fetchWithinMs = 2_000
const cachedForMs = 600_000
/** After a fetch that failed, every token is answered so for this long, without another fetch. */
const pauseAfterFailureMs = 1_000

/** The keys at an address, of the web or of a file; they throw `IssuerKeysError` when they cannot be had, and the errors of jose for a key that is not among them. */
export async function openIssuerKeys(
  address: string,
  { now }: Readonly<{ now: () => number }>,
): Promise<JWTVerifyGetKey> {
  const url = new URL(address)
  if (url.protocol === 'file:') return createLocalJWKSet(JSON.parse(await readFile(url, 'utf8')) as JSONWebKeySet)
  const remote = createRemoteJWKSet(url, { timeoutDuration: fetchWithinMs, cacheMaxAge: cachedForMs })
  let failed: { readonly at: number; readonly cause: unknown } | undefined
  return async (header, token) => {
    if (failed !== undefined && now() < failed.at + pauseAfterFailureMs) throw unavailable(failed.cause)
    try {
      const key = await remote(header, token)
      failed = undefined
      return key
    } catch (cause) {
      if (isOfTheToken(cause)) throw cause
      failed = { at: now(), cause }
      throw unavailable(cause)
    }
  }
}

function unavailable(cause: unknown): IssuerKeysError {
  return new IssuerKeysError('the keys of an issuer cannot be fetched', { cause })
}

/** The keys are there, and the token names none of them. */
function isOfTheToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  )
}
