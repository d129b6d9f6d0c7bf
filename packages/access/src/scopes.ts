/** What a key may do; every route names the one it needs. */
export const scopes = ['ingest', 'check', 'subscribe', 'enrol', 'authorize', 'report', 'operate', 'admin'] as const

export type Scope = (typeof scopes)[number]

/** Who is calling: one app of one tenant, by one key. */
export type Caller = Readonly<{ tenant: string; app: string; keyId: string; scopes: readonly string[] }>
