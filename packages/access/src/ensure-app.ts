import type { Access, NewApp } from './access.ts'

/** Makes an app unless it is there, and gives it the origins, and the domain of its passkeys, that it lacks. Throws `conflict` for another rule of names than the tenant has. */
export async function ensureApp(access: Access, tenant: string, wanted: NewApp): Promise<void> {
  const { id, name, origins = [], userNames } = wanted
  const app = access.appOf(tenant, id)
  const missing = origins.filter((origin) => !app?.origins.includes(origin))
  const rpId = app?.rpId ?? wanted.rpId
  const isNamed = userNames === undefined || userNames === app?.userNames
  if (app !== undefined && missing.length === 0 && (rpId ?? null) === app.rpId && isNamed) return
  const named = app?.name ?? name
  await access.putApp(tenant, {
    ...(rpId ? { rpId } : {}),
    ...(app?.issuer ? { issuer: app.issuer } : {}),
    id,
    ...(named ? { name: named } : {}),
    ...(userNames === undefined ? {} : { userNames }),
    origins: [...(app?.origins ?? []), ...missing],
  })
}
