import { join } from 'node:path'
import { type ServiceProcess, startServiceProcess } from '@watchword/service-host/testing'

export type ServiceStart = Readonly<{
  service: 'ingest' | 'scorer'
  /** Its own, beside the variables of the cluster. */
  env: Readonly<Record<string, string>>
  /** Where the process keeps what it need not ask the cluster for again; by its name within. */
  folder: string
  name?: string
  onLine?: (line: string) => void
}>

/** Starts a service of the product as it is shipped, in a process of its own, and resolves when it is ready. */
export async function startService({
  service,
  env,
  folder,
  name = service,
  onLine,
}: ServiceStart): Promise<ServiceProcess> {
  // Whoever passes `--cpu-prof` to the bench wants the profile of what is measured.
  const profile = process.execArgv.filter((argument) => argument.startsWith('--cpu-prof')).join(' ')
  const started = await startServiceProcess({
    main: new URL(`../../../../services/${service}/src/main.ts`, import.meta.url),
    env: { ...env, WATCHWORD_DATA_DIRECTORY: join(folder, name), NODE_OPTIONS: profile },
    upWithinMs: 120_000,
    ...(onLine === undefined ? {} : { onLine }),
  })
  await started.ready()
  return started
}
