import { type Api, type ApiOptions, connectApi } from '../api.ts'
import { examineClock } from './clock.ts'
import { type Finding, failed, failedBy, passed } from './finding.ts'
import { type AppOrigins, examineOrigins } from './origins.ts'

type Checks = Readonly<{ checks: Readonly<Record<string, { ready: boolean; detail?: string }>> }>
type Apps = Readonly<{ items: readonly (AppOrigins & Readonly<{ id: string }>)[]; next?: string }>

/** Whether the platform that runs takes the key, is ready, has the time that is here, and apps with origins that browsers take. */
export async function examinePlatform(options: ApiOptions): Promise<readonly Finding[]> {
  try {
    const api = await connectApi(options)
    // First, since it says in words that nobody answers there.
    await api.call('GET', '/v1/policy')
    return [
      ...(await readiness(api)),
      passed('key', 'accepted'),
      ...(await examineClock(`${api.url}/livez`, 'clock of the platform')),
      ...(await examineApps(api)),
    ]
  } catch (error) {
    return [failedBy(error, { check: 'platform', setting: '--url, --key' })]
  }
}

async function readiness({ url }: Api): Promise<readonly Finding[]> {
  const { checks } = (await (await fetch(`${url}/readyz`)).json()) as Checks
  return Object.entries(checks).map(([check, { ready, detail = 'ready' }]) =>
    ready ? passed(check, detail) : failed('not-ready', { check, detail }),
  )
}

async function examineApps(api: Api): Promise<readonly Finding[]> {
  const faults: Finding[] = []
  let count = 0
  for (let next: string | undefined = ''; next !== undefined; ) {
    const page = (await api.call('GET', `/v1/apps${next}`)) as Apps
    count += page.items.length
    for (const app of page.items) faults.push(...examineOrigins(app, 'origins', (field) => `app ${app.id}: ${field}`))
    next = page.next === undefined ? undefined : `?cursor=${page.next}`
  }
  return faults.length > 0 ? faults : [passed('origins', `of ${count} apps, such as browsers take`)]
}
