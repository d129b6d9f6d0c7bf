import type { Readiness } from '@watchword/service-kit'
import type { StageRunner } from '@watchword/stream'

/** A stage that stands still for longer than this is not ready; milliseconds. */
const silentMsMax = 5_000

/** Whether every partition of these stages goes on. */
export function stagesReadiness(runners: readonly Pick<StageRunner, 'progress'>[]): Readiness {
  const partitions = runners.flatMap((runner) => [...runner.progress().values()])
  const stuck = partitions.some(({ silentMs, fault }) => fault !== undefined || silentMs > silentMsMax)
  return stuck ? { ready: false, detail: 'a stage stands still' } : { ready: true }
}
