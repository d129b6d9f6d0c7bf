import type { Access, NewApp } from './access.ts'

/** Makes an app unless it is there, and gives it the origins that it lacks. */
export async function ensureApp(access: Access, tenant: string, { id, name, origins = [] }: NewApp): Promise<void> {
  const app = access.appOf(tenant, id)
  const missing = origins.filter((origin) => !app?.origins.includes(origin))
  if (app !== undefined && missing.length === 0) return
  const kept = { ...(app?.rpId ? { rpId: app.rpId } : {}), ...(app?.issuer ? { issuer: app.issuer } : {}) }
  const named = app?.name ?? name
  await access.putApp(tenant, {
    ...kept,
    id,
    ...(named ? { name: named } : {}),
    origins: [...(app?.origins ?? []), ...missing],
  })
}
