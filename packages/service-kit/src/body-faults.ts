import type { ProblemFault } from './problem.ts'

/** How deep a body may nest; what walks it afterwards does so by recursion. */
const depthMax = 64
const faultsMax = 20

type Place = Readonly<{ value: unknown; pointer: string; depth: number }>

/**
 * What no schema says of a parsed body: that it nests too deep, and that it holds text that is no Unicode (a lone surrogate), which could not
 * be written down and read back the same.
 */
export function bodyFaultsOf(body: unknown): ProblemFault[] {
  const faults: ProblemFault[] = []
  const places: Place[] = [{ value: body, pointer: '', depth: 0 }]
  for (let place = places.pop(); place !== undefined && faults.length < faultsMax; place = places.pop()) {
    const { value, pointer, depth } = place
    if (typeof value === 'string') {
      if (!value.isWellFormed()) faults.push({ pointer, detail: 'must be Unicode text' })
    } else if (typeof value === 'object' && value !== null) {
      if (depth === depthMax) return [{ pointer: pointer.split('/', 2).join('/'), detail: 'is nested too deep' }]
      for (const [name, member] of Object.entries(value)) {
        if (!name.isWellFormed()) faults.push({ pointer, detail: 'must have names that are Unicode text' })
        places.push({ value: member, pointer: `${pointer}/${segmentOf(name)}`, depth: depth + 1 })
      }
    }
  }
  return faults
}

function segmentOf(name: string): string {
  return name.slice(0, 64).toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1')
}
