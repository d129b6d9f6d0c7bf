import type { Bench } from '../measure/bench.ts'
import { fairSlices, listeners } from './fair-slices.ts'
import { idleSockets, lockedMeanwhile, manySockets, stormSockets } from './many-sockets.ts'
import { slowOnes } from './slow-clients.ts'
import { ticketSockets, ticketStorm } from './ticket-storm.ts'

export const socketsBench: Bench = {
  name: 'sockets',
  question:
    'many subscribers of one session-guard, idle, all coming back at once, and hearing of one lock, against bare ws',
  async run() {
    const many = await manySockets()
    const fair = await fairSlices()
    const slow = await slowOnes()
    const tickets = await ticketStorm()
    return {
      comparisons: [...many.comparisons, ...fair.comparisons],
      information: [
        {
          label: `subscribers of ${stormSockets} without the newest state after a storm`,
          unit: 'clients',
          values: many.missed,
        },
        { label: `subscribers of ${listeners} that missed a lock`, unit: 'clients', values: fair.missed },
        ...slow,
        ...tickets,
      ],
      setting: [
        `${idleSockets} connections, with a backend's key and a topic of their own each, that have their first state; memory is what a full collection leaves, before and after; each round in a new process`,
        `a storm: all connections are cut, ${lockedMeanwhile} users locked, and ${stormSockets} come back at once, 256 handshakes at a time, until the last has its state`,
        'session-guard: key check, state of the user, hub, ping; bare ws: it admits everybody, answers with a state of the same form, and forgets the request',
        `tickets: ${ticketSockets} connections, for each of which its backend asks for a ticket first, and the log commits its use`,
        'clients are sockets of another process, without a library',
      ],
    }
  },
}
