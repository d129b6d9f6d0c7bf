import { readFileSync } from 'node:fs'

/** Of Linux; Node does not tell it. */
const ticksPerSecond = 100

/** Processor time that a process has used so far, all threads, seconds; NaN where /proc does not tell. Unlike elapsed time it hardly depends on who else uses the machine. */
export function processorSeconds(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The name of the program, in parentheses, may hold spaces; user and system time are the 12th and 13th field after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
  } catch {
    return Number.NaN
  }
}
