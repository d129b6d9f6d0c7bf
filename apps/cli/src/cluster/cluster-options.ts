import { readFileSync } from 'node:fs'
import { type KafkaConnection, kafkaConnectionOf, kafkaConnectionSchema } from '@watchword/event-log/kafka'
import { loadConfig } from '@watchword/service-kit'
import type { Command } from 'commander'
import { Type } from 'typebox'
import { readConfigFile } from '../config-file.ts'
import { type Terminal, UsageError } from '../terminal.ts'

/** Options of every command that administers a Kafka cluster. */
export type ClusterOptions = Readonly<{ brokers?: string; config?: string }>

const schema = Type.Object({ kafka: kafkaConnectionSchema })

/** Adds `--brokers` and `--config`. */
export function withClusterOptions(command: Command): Command {
  return command
    .option('--brokers <list>', 'some of the brokers: host:port,host:port')
    .option('--config <file>', 'a YAML file with the section kafka (brokers, tls, sasl); WATCHWORD_KAFKA_* win over it')
}

/** The cluster that options, environment and file name, options first; throws a UsageError or a ConfigError. */
export function clusterConnection(options: ClusterOptions, { env }: Terminal): KafkaConnection {
  const { kafka } = loadConfig(schema, {
    ...(options.config === undefined ? {} : { file: readConfigFile(options.config) }),
    env,
    // The environment of a platform has variables that this command has no use for.
    foreignVariables: (name) => !name.startsWith('WATCHWORD_KAFKA_'),
    readFile: (path) => readFileSync(path, 'utf8'),
  })
  const brokers = options.brokers === undefined ? kafka.brokers : options.brokers.split(',').map((each) => each.trim())
  if (brokers.length === 0) throw new UsageError('no --brokers, and none in the configuration')
  const wrong = brokers.find((each) => !/^[^\s:/]+:\d{1,5}$|^\[[\da-fA-F:]+\]:\d{1,5}$/.test(each))
  if (wrong !== undefined) throw new UsageError(`not host:port: ${wrong}`)
  return kafkaConnectionOf({ ...kafka, brokers }, 'watchword-admin')
}
