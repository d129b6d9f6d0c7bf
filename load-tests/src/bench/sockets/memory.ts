import { setFlagsFromString } from 'node:v8'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { runInNewContext } from 'node:vm'

/** Memory that a process holds once what nobody needs has been given back, bytes. */
export async function residentBytes(): Promise<number> {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (options: object) => void
  for (let round = 0; round < 4; round += 1) {
    collect({ type: 'major', execution: 'sync', flavor: 'last-resort' })
    // What a finaliser lets go of is free after its turn.
    await nextTurn()
  }
  return process.memoryUsage.rss()
}
