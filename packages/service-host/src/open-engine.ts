import { type EngineFiles, openEmbeddedEngine } from './embedded-engine.ts'
import type { Engine } from './engine.ts'
import { type KafkaEngineConfig, type KafkaEngineDeps, openKafkaEngine } from './kafka-engine.ts'

/** Which engine a process runs on: files of its own, or a cluster that it shares with others. */
export type EngineConfig =
  | Readonly<{ kind: 'embedded'; files: EngineFiles }>
  | (Readonly<{ kind: 'kafka' }> & KafkaEngineConfig)

/** Opens the engine of the configuration; rejects as the one that it says does. */
export function openEngine(config: EngineConfig, deps: KafkaEngineDeps): Promise<Engine> {
  return config.kind === 'embedded' ? openEmbeddedEngine(config.files, deps) : openKafkaEngine(config, deps)
}
