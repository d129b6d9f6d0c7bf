import type { TopicConfig } from '@watchword/event-log'
import type { Stage } from '../stage.ts'

const text = (bytes: Uint8Array | null): string => Buffer.from(bytes ?? []).toString()

/** Told `<key> <text>`, it says in a compacted topic what it was told last of the key: the smallest stage that has a state. */
export const newestStage: Stage<string, string, { newest: string }> = {
  name: 'newest',
  input: 'told',
  stateVersion: '1',
  decode: ({ value }) => text(value),
  timeOf: () => 0,
  fold: (_, told) => ({ state: told, outputs: [{ output: 'newest', key: told.split(' ')[0] ?? '', value: told }] }),
  degrade: (state) => ({ state, outputs: [] }),
  encodeState: (told) => Buffer.from(told),
  decodeState: text,
  outputs: {
    newest: {
      topic: 'newest',
      encode: (told) => Buffer.from(told),
      coPartitioned: true,
      compacted: true,
      ceType: 'test.newest',
    },
  },
}

/** Its topics on a cluster. */
export const newestTopics: readonly TopicConfig[] = ['told', 'newest', 'told.dlq', 'state'].map((name) => ({
  name,
  partitions: name === 'told.dlq' ? 1 : 2,
  cleanup: name === 'newest' || name === 'state' ? 'compact' : 'delete',
  retentionMs: null,
  compactionLagMs: 3_600_000,
  tombstoneRetentionMs: 3_600_000,
}))
