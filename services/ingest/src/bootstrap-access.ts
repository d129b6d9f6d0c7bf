import { type Access, ensureApp, scopes } from '@watchword/access'
import { ConfigError, type Logger } from '@watchword/service-kit'
import type { BootstrapConfig } from './process-config.ts'

/** Makes the app and the key that the configuration names, unless they are there; throws a ConfigError for a text that is no key. */
export async function bootstrapAccess(
  { tenant, app, origins, key, userNames }: BootstrapConfig,
  { access, logger }: Readonly<{ access: Access; logger: Logger }>,
): Promise<void> {
  if (key === undefined) return
  await ensureApp(access, tenant, { id: app, origins, ...(userNames === undefined ? {} : { userNames }) })
  const admission = await access.admitKey(tenant, { app, scopes, name: 'bootstrap' }, key.trim())
  if (admission === 'refused')
    throw new ConfigError([{ path: 'bootstrap.key', detail: 'is no API key, or has the id of another one' }])
  if (admission === 'revoked') logger.warn({ tenant, app }, 'the first key was revoked and stays so')
}
