import type { ApiClient } from '../campaign/api-client.ts'
import type { SeededRandom } from '../campaign/seeded-random.ts'
import type { Verdicts } from '../campaign/verdicts.ts'
import type { LoadedPlatform } from './platform.ts'
import type { Resources } from './resources.ts'
import type { Sample } from './samples.ts'
import type { Holders } from './traffic/locks.ts'

export type Options = Readonly<{
  /** Activities of telemetry a second; 0: what the scenario takes. */
  rate: number
  seconds: number
  minutes: number
  sockets: number
}>

/** What a scenario works with. */
export type Run = Readonly<{
  options: Options
  platform: LoadedPlatform
  api: ApiClient
  random: SeededRandom
  verdicts: Verdicts
  print: (line: string) => void
  holders: (count: number) => Promise<Holders>
}>

/** A figure that a run found, for information. */
export type Figure = Readonly<{ label: string; value: number; unit: string }>

/** What a scenario saw. */
export type Outcome = Readonly<{
  samples: readonly Sample[]
  resources: readonly Resources[]
  figures: readonly Figure[]
  /** What a reader has to know to judge the figures. */
  setting: readonly string[]
}>

export type Scenario = Readonly<{
  question: string
  run: (run: Run) => Promise<Outcome>
}>
