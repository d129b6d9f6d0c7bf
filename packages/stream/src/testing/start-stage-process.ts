import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export type StageProcessSettings = Readonly<{
  broker: string
  /** Where it keeps its state. */
  directory: string
  /** As in the options of a changelog. */
  standbyEveryMs?: number
}>

/** What a process says; `at` is its own clock, epoch milliseconds. */
export type StageProcessLine = Readonly<{
  event:
    | 'assigned'
    | 'revoking'
    | 'revoked'
    | 'folded'
    | 'restoring'
    | 'followed'
    | 'holding'
    | 'rows-repaired'
    | 'repaired'
    | 'fault'
  at: number
  partition: number
  offset: number
  records: number
  ofRecords: number
  lagRecords: number
  done: boolean
  error: string
}>

export type StageProcess = Readonly<{
  process: ChildProcess
  lines: readonly StageProcessLine[]
  /** Holds back what it appends, or lets it through. */
  appends: (what: 'hold' | 'release') => void
}>

const program = fileURLToPath(new URL('stage-process.ts', import.meta.url))

export function startStageProcess(settings: StageProcessSettings): StageProcess {
  const args = ['--disable-warning=ExperimentalWarning', program, JSON.stringify(settings)]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines: StageProcessLine[] = []
  createInterface(child.stdout).on('line', (line) => void lines.push(JSON.parse(line) as StageProcessLine))
  return { process: child, lines, appends: (what) => void child.stdin.write(`${what}\n`) }
}
