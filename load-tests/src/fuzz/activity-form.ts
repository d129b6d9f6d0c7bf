import type { SeededRandom } from '../campaign/seeded-random.ts'
import type { ApiRoute } from './api-routes.ts'

type Content = Readonly<{ type: string; text: string }>

/** A body as text: JSON, or one of the other forms that activities, policies and logouts may come in. */
export function activityForm(
  { operation, mediaTypes }: ApiRoute,
  value: unknown,
  { pick, chance }: SeededRandom,
): Content {
  const type = chance(0.6) ? 'application/json' : pick(mediaTypes)
  if (type === 'application/x-www-form-urlencoded')
    return { type, text: new URLSearchParams(value as Record<string, string>).toString() }
  if (operation !== 'POST /v1/activities') return { type, text: JSON.stringify(value) }
  const items = Array.isArray(value) ? (value as readonly unknown[]) : [value]
  switch (type) {
    case 'application/x-ndjson':
      return { type, text: items.map((item) => `${JSON.stringify(item)}\n`).join('') }
    case 'application/cloudevents+json':
      return { type, text: JSON.stringify(cloudEvent(items[0] ?? { type: 'access', user: 'nobody' }, 0)) }
    case 'application/cloudevents-batch+json':
      return { type, text: JSON.stringify(items.map(cloudEvent)) }
    default:
      return { type, text: JSON.stringify(value) }
  }
}

function cloudEvent(data: unknown, index: number): unknown {
  return { specversion: '1.0', id: `ce-${index}`, source: '/fuzz', type: 'watchword.activity', data }
}
