import type { Access, NewApp } from './access.ts'

/** Makes an app unless it is there, and gives it the origins, and the domain of its passkeys, that it lacks. */
export async function ensureApp(access: Access, tenant: string, wanted: NewApp): Promise<void> {
  const { id, name, origins = [] } = wanted
  const app = access.appOf(tenant, id)
  const missing = origins.filter((origin) => !app?.origins.includes(origin))
  const rpId = app?.rpId ?? wanted.rpId
  if (app !== undefined && missing.length === 0 && (rpId ?? null) === app.rpId) return
  const named = app?.name ?? name
  await access.putApp(tenant, {
    ...(rpId ? { rpId } : {}),
    ...(app?.issuer ? { issuer: app.issuer } : {}),
    id,
    ...(named ? { name: named } : {}),
    origins: [...(app?.origins ?? []), ...missing],
  })
}
