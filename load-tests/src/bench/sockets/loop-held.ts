import { monitorEventLoopDelay } from 'node:perf_hooks'

const delays = monitorEventLoopDelay({ resolution: 1 })
delays.enable()

/** The longest that this process kept its event loop from anything else since it was asked before, milliseconds. */
export function loopHeldMs(): number {
  const longest = delays.max / 1e6
  delays.reset()
  return longest
}
