import { type Access, ensureApp, scopes } from '@watchword/access'
import { readOrCreateSecretFile, writeSecretFile } from '@watchword/service-kit'
import type { UserNames } from '@watchword/user-names'

/** What a platform without configuration has: one tenant, one app. */
export const demoTenant = 'demo'
export const demoApp = 'demo'

/** Makes the tenant `demo`, the app `demo` and a key with every scope, unless they are there; answers the key. */
export async function firstKey(
  access: Access,
  file: string,
  first: Readonly<{ origins: readonly string[]; userNames?: UserNames }>,
): Promise<string> {
  const { origins } = first
  // This machine has several names, and a passkey belongs to one; an address can have none.
  const rpId = origins.some((origin) => new URL(origin).hostname === 'localhost') ? { rpId: 'localhost' } : {}
  await ensureApp(access, demoTenant, { id: demoApp, name: 'Demo', ...first, ...rpId })

  const created = async () => (await access.createKey(demoTenant, { app: demoApp, scopes, name: 'dev-key' })).key
  const stored = (await readOrCreateSecretFile(file, () => '')).toString().trim()
  if (stored !== '' && isValid(access, stored)) return stored
  const key = await created()
  await writeSecretFile(file, `${key}\n`)
  return key
}

function isValid(access: Access, key: string): boolean {
  try {
    access.authenticate(`Bearer ${key}`, 'admin')
    return true
  } catch {
    // A key of another data folder, or a revoked one: a new one takes its place.
    return false
  }
}
