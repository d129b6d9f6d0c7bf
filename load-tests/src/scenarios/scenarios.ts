import { overload } from './overload.ts'
import type { Scenario } from './run.ts'
import { burst, hotKey, reconnectStorm, steady } from './shapes.ts'
import { soak } from './soak.ts'

/** Every scenario, by the name that `npm run load` takes. */
export const scenarios = {
  steady,
  burst,
  'hot-key': hotKey,
  'reconnect-storm': reconnectStorm,
  overload,
  soak,
} as const satisfies Record<string, Scenario>

export type ScenarioName = keyof typeof scenarios

export function isScenario(name: string): name is ScenarioName {
  return Object.hasOwn(scenarios, name)
}
