import { schemaRegistrySchema } from '@watchword/contracts'
import { kafkaConnectionSchema } from '@watchword/event-log/kafka'
import { type Static, Type } from 'typebox'
import { serverSchema } from './serve.ts'
import { tracingSchema } from './tracing/tracing-config.ts'

/** Sections of a configuration that every service has which runs in a process of its own; `port` is where it listens by default. */
export function hostSections(port: number) {
  return {
    server: serverSchema(port),
    data: Type.Object({
      directory: Type.String({
        default: '.watchword',
        description: "Where the process keeps what it need not ask the log for again; the process's own",
      }),
    }),
    state: Type.Object({
      standby: Type.Boolean({
        default: true,
        description: 'Keeps the states of partitions that other processes hold, so that they are taken over at once',
      }),
    }),
    log: logSchema,
    tracing: tracingSchema,
    kafka: Type.Object({
      ...kafkaConnectionSchema.properties,
      memberName: Type.Optional(
        Type.String({
          minLength: 1,
          description:
            'What this process is called whenever it starts, among the replicas of its service. Where all have a name, each gets the partitions again that it had; none: whoever starts is new',
        }),
      ),
    }),
    schemaRegistry: schemaRegistrySchema,
  }
}

/** What a process says: the section `log` of a configuration. */
export const logSchema = Type.Object({
  level: Type.Enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], { default: 'info' }),
})

const hostSchema = Type.Object(hostSections(0))

/** What every configuration of such a service has. */
export type HostConfig = Static<typeof hostSchema>

/** What a process on a cluster cannot do without, and its configuration does not have; no schema says it, for an embedded one needs neither. */
export function clusterFaults({ kafka, schemaRegistry }: Pick<HostConfig, 'kafka' | 'schemaRegistry'>) {
  return [
    ...(kafka.brokers.length > 0 ? [] : [{ path: 'kafka.brokers', detail: 'names no broker' }]),
    ...(schemaRegistry.url === undefined ? [{ path: 'schemaRegistry.url', detail: 'is missing' }] : []),
  ]
}
