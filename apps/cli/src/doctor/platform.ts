import { type Static, type TSchema, Type } from 'typebox'
import { Value } from 'typebox/value'
import { type Api, type ApiOptions, askPlatform, connectApi, foreignAnswer } from '../api.ts'
import { examineClock } from './clock.ts'
import { type Finding, failed, failedBy, passed } from './finding.ts'
import { examineOrigins } from './origins.ts'

const readyzSchema = Type.Object({
  checks: Type.Record(Type.String(), Type.Object({ ready: Type.Boolean(), detail: Type.Optional(Type.String()) })),
})
const appsSchema = Type.Object({
  items: Type.Array(
    Type.Object({
      id: Type.String(),
      origins: Type.Array(Type.String()),
      rpId: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    }),
  ),
  next: Type.Optional(Type.String()),
})

/** Whether the platform that runs takes the key, is ready, has the time that is here, and apps with origins that browsers take. */
export async function examinePlatform(options: ApiOptions): Promise<readonly Finding[]> {
  const findings: Finding[] = []
  try {
    const api = await connectApi(options)
    // First, since it says in words that nobody answers there.
    await api.call('GET', '/v1/policy')
    findings.push(...(await readiness(api)))
    findings.push(passed('key', 'accepted'))
    findings.push(...(await examineClock(`${api.url}/livez`, 'clock of the platform')))
    findings.push(...(await examineApps(api)))
  } catch (error) {
    findings.push(failedBy(error, { check: 'platform', setting: '--url, --key' }))
  }
  return findings
}

/** The answer is 503, with the same body, while a part is not ready. */
async function readiness({ url }: Api): Promise<readonly Finding[]> {
  const { status, value } = await askPlatform(url, 'GET', '/readyz')
  const { checks } = answerOf(readyzSchema, value, () => foreignAnswer(url, 'GET /readyz', status))
  return Object.entries(checks).map(([check, { ready, detail = 'ready' }]) =>
    ready ? passed(check, detail) : failed('not-ready', { check, detail }),
  )
}

async function examineApps(api: Api): Promise<readonly Finding[]> {
  const faults: Finding[] = []
  let count = 0
  for (let next: string | undefined = ''; next !== undefined; ) {
    const value = await api.call('GET', `/v1/apps${next}`)
    const page = answerOf(appsSchema, value, () => foreignAnswer(api.url, 'GET /v1/apps', 200))
    count += page.items.length
    for (const app of page.items) faults.push(...examineOrigins(app, 'origins', (field) => `app ${app.id}: ${field}`))
    next = page.next === undefined ? undefined : `?cursor=${page.next}`
  }
  return faults.length > 0 ? faults : [passed('origins', `of ${count} apps, such as browsers take`)]
}

function answerOf<Schema extends TSchema>(schema: Schema, value: unknown, fault: () => Error): Static<Schema> {
  if (!Value.Check(schema, value)) throw fault()
  return value
}
