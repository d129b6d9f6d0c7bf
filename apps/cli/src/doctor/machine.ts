import { readFileSync } from 'node:fs'
import { type Finding, failed, passed } from './finding.ts'

const nodeMajorMin = 24
/** Fewer are used up by a few thousand subscribers, the log and the files of the states. */
const descriptorsMin = 10_000

/** What runs the process: the version of Node.js, and how many descriptors it may have. */
export function examineMachine(): readonly Finding[] {
  return [examineNode(process.version), ...examineDescriptors(descriptorsOf('/proc/self/limits'))]
}

/** `v24.1.0`. */
export function examineNode(version: string): Finding {
  const major = Number(version.slice(1).split('.')[0])
  return major >= nodeMajorMin
    ? passed('node', `${version}; ${nodeMajorMin} or later runs TypeScript as it is`)
    : failed('node-too-old', { check: 'node', detail: `it is ${version}` })
}

function examineDescriptors(limit: number | undefined): readonly Finding[] {
  const check = 'descriptors'
  if (limit === undefined) return []
  if (limit >= descriptorsMin) return [passed(check, `at most ${limit}`)]
  const detail = `the process may have ${limit}, fewer than ${descriptorsMin}, and every connection takes one`
  return [failed('descriptors-too-few', { check, detail })]
}

/** As the kernel has it; Node.js itself has raised the soft limit to the hard one. Undefined where no kernel says it so. */
function descriptorsOf(file: string): number | undefined {
  try {
    const [, soft] = /^Max open files\s+(\d+|unlimited)/m.exec(readFileSync(file, 'utf8')) ?? []
    return soft === undefined ? undefined : soft === 'unlimited' ? Number.POSITIVE_INFINITY : Number(soft)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
