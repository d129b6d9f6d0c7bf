import { openConnection, requestBytes } from '../drive/http-connection.ts'
import type { Comparison } from '../measure/bench.ts'
import { interleave } from '../measure/interleave.ts'
import { fleetOf, type Server, startBareServer, startGuardServer } from './servers.ts'

export const listeners = 1_000
const locksPerRound = 10
const heardWithinMs = 30_000

type Measured = Readonly<{ checkMs: number; heldMs: number; missed: number }>

/** Locks of a user whom a thousand connections follow, while somebody asks for checks without a pause. */
export async function fairSlices(): Promise<
  Readonly<{ comparisons: readonly Comparison[]; missed: readonly number[] }>
> {
  const [guard, bare] = [await startGuardServer(), await startBareServer()]
  try {
    const rounds = await interleave(measure(guard), measure(bare))
    const comparison = (name: string, what: 'checkMs' | 'heldMs'): Comparison => ({
      name,
      product: { label: 'session-guard', unit: 'ms', values: rounds.product.map((round) => round[what]) },
      baseline: { label: 'bare ws, all in one go', unit: 'ms', values: rounds.baseline.map((round) => round[what]) },
      aims: [],
    })
    return {
      comparisons: [
        comparison(
          `the slowest HTTP answer while ${locksPerRound} locks reach ${listeners} connections each`,
          'checkMs',
        ),
        comparison('the longest that the event loop was held meanwhile', 'heldMs'),
      ],
      missed: rounds.product.map(({ missed }) => missed),
    }
  } finally {
    await Promise.all([guard.stop(), bare.stop()])
  }
}

let round = 0

function measure(server: Server): () => Promise<Measured> {
  return async () => {
    round += 1
    const user = `followed-${round}`
    const fleet = fleetOf(
      server,
      Array.from({ length: listeners }, () => user),
    )
    await fleet.connect()
    let asking = true
    const slowest = askUntil(server, () => !asking)
    await server.ask('loopHeldMs')
    let missed = 0
    for (let lock = 1; lock <= locksPerRound; lock += 1) {
      await server.ask('demand', { users: [user], session: `s-${lock}`, reasonLength: 200 })
      missed += await fleet.missing(({ frames }) => frames > lock, heardWithinMs)
    }
    const heldMs = Number(await server.ask('loopHeldMs'))
    asking = false
    const checkMs = await slowest
    fleet.close()
    return { checkMs, heldMs, missed }
  }
}

/** Asks how somebody else stands, again and again; answers the longest that took, milliseconds. */
async function askUntil({ ready: { url, key } }: Server, isOver: () => boolean): Promise<number> {
  const connection = await openConnection(new URL(url))
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` }
  const request = requestBytes('GET', '/v1/users/somebody/status', headers)
  let longest = 0
  while (!isOver()) {
    const began = performance.now()
    await connection.send(request)
    longest = Math.max(longest, performance.now() - began)
  }
  connection.close()
  return longest
}
