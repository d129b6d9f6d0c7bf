import { execFileSync } from 'node:child_process'
import { cpus, loadavg, platform, release, totalmem } from 'node:os'

/** Where and with what a bench ran. */
export type Machine = Readonly<{
  cpu: string
  cores: number
  memoryGiB: number
  system: string
  node: string
  sqlite: string
  v8: string
  commit: string
}>

export function machine(): Machine {
  const { node, v8, sqlite = 'unknown' } = process.versions
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()}`,
    node,
    sqlite,
    v8,
    commit: commit(),
  }
}

/** The 1-minute load average: above the count of cores, others had a share of the machine. */
export function loadAverage(): number {
  return Math.round((loadavg()[0] ?? 0) * 100) / 100
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  } catch {
    // An unpacked release has no history.
    return 'unknown'
  }
}
