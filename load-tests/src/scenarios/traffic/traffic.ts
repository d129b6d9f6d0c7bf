import type { ApiClient } from '../../campaign/api-client.ts'

export type TrafficDeps = Readonly<{
  api: ApiClient
  key: string
  /** The number of the person whom the next request is about. */
  who: () => number
  /** Of the ids of activities: no run repeats those of another one. */
  prefix: string
}>
