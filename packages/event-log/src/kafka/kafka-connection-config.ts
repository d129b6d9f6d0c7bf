import type { SASLOptions } from 'kafkajs'
import { type Static, Type } from 'typebox'
import type { KafkaConnection } from './kafka-log-options.ts'

/** How a process reaches the cluster: the section `kafka` of a configuration. Secrets and certificates come from files by `*_FILE`. */
export const kafkaConnectionSchema = Type.Object({
  brokers: Type.Array(Type.String({ minLength: 1 }), {
    default: [],
    description: 'Some of the brokers, each host:port',
  }),
  tls: Type.Object({
    enabled: Type.Boolean({ default: false }),
    ca: Type.Optional(Type.String({ description: 'PEM of the authorities to trust; none: those that Node.js knows' })),
    cert: Type.Optional(
      Type.String({ description: "PEM of the client's certificate, where the cluster asks for one" }),
    ),
    key: Type.Optional(Type.String({ description: 'PEM of its key' })),
  }),
  sasl: Type.Object({
    mechanism: Type.Enum(['none', 'plain', 'scram-sha-256', 'scram-sha-512'], { default: 'none' }),
    username: Type.Optional(Type.String()),
    password: Type.Optional(Type.String()),
  }),
})

export type KafkaConnectionConfig = Static<typeof kafkaConnectionSchema>

/** The connection that a configuration describes, as this client. */
export function kafkaConnectionOf({ brokers, tls, sasl }: KafkaConnectionConfig, clientId: string): KafkaConnection {
  const { ca, cert, key } = tls
  return {
    brokers,
    clientId,
    ...(tls.enabled
      ? {
          ssl: {
            ...(ca === undefined ? {} : { ca }),
            ...(cert === undefined ? {} : { cert }),
            ...(key === undefined ? {} : { key }),
          },
        }
      : {}),
    ...(sasl.mechanism === 'none' ? {} : { sasl: saslOf(sasl.mechanism, sasl) }),
  }
}

function saslOf(
  mechanism: SASLOptions['mechanism'] & ('plain' | 'scram-sha-256' | 'scram-sha-512'),
  { username = '', password = '' }: KafkaConnectionConfig['sasl'],
): SASLOptions {
  return { mechanism, username, password }
}
