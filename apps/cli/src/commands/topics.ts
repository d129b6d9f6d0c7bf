import { clusterTopics } from '@watchword/contracts'
import { type KafkaAdmin, planTopics, type TopicStep, type TopicTerms } from '@watchword/event-log/kafka'
import type { Command } from 'commander'
import { type ClusterOptions, withClusterOptions } from '../cluster/cluster-options.ts'
import { aclCommands, principalsOf, serviceAcls } from '../cluster/service-acls.ts'
import { topicJson, topicLine } from '../cluster/topic-lines.ts'
import { withKafkaAdmin } from '../cluster/with-kafka-admin.ts'
import { type ExitCode, type Terminal, UsageError } from '../terminal.ts'
import { wholeNumber } from './options.ts'

type TopicOptions = ClusterOptions & Readonly<{ replicationFactor: number; minInsyncReplicas?: number; json?: true }>

type AclOptions = ClusterOptions & Readonly<{ principals?: readonly string[]; apply?: true; json?: true }>

export function registerTopics(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  const topics = program.command('topics').description('The topics of the log on a Kafka cluster')
  registerAcls(topics.command('acls'), terminal)
  withTerms(topics.command('plan'))
    .description('Say which topics are missing, or are kept otherwise than declared; exit 1 unless none')
    .action(async (options: TopicOptions) => {
      const terms = termsOf(options)
      const steps = await withKafkaAdmin(options, terminal, (admin) => plan(admin, terms))
      print(steps, options, terminal)
      if (steps.some(({ status }) => status !== 'in-sync')) finish(1)
    })
  withTerms(topics.command('apply'))
    .description('Make the missing topics and raise settings to what is declared; deletes and shrinks nothing')
    .action(async (options: TopicOptions) => {
      const terms = termsOf(options)
      const { before, after } = await withKafkaAdmin(options, terminal, async (admin) => {
        const steps = await plan(admin, terms)
        await admin.applyTopics(steps)
        return { before: steps, after: await plan(admin, terms) }
      })
      print(before, options, terminal)
      const done = (status: TopicStep['status']): number =>
        before.filter((step, index) => step.status === status && after[index]?.status === 'in-sync').length
      terminal.err(
        `${done('missing')} of ${after.length} topics are made, ${done('drift')} changed, ${done('in-sync')} were as declared`,
      )
      const left = after.filter(({ status }) => status !== 'in-sync')
      for (const step of left) terminal.err(`not as declared: ${topicLine(step)}`)
      if (left.length > 0) finish(1)
    })
}

function registerAcls(command: Command, terminal: Terminal): void {
  withClusterOptions(command)
    .description('The least rights for each service, as lines for kafka-acls.sh')
    .option('--principals <service=principal...>', 'who a service is to the cluster (default User:watchword-<service>)')
    .option('--apply', 'set them on the cluster; takes no right away')
    .option('--json', 'print one JSON object per rule')
    .action(async (options: AclOptions) => {
      const acls = serviceAcls(principalsOf(options.principals ?? []))
      const brokers = options.brokers ?? '"$KAFKA_BROKERS"'
      for (const line of options.json ? acls.map((acl) => JSON.stringify(acl)) : aclCommands(acls, brokers))
        terminal.out(line)
      if (!options.apply) return
      const { added, beyond } = await withKafkaAdmin(options, terminal, (admin) => admin.applyAcls(acls))
      terminal.err(`${added} of ${acls.length} rules were missing and are set`)
      for (const rule of beyond) terminal.err(`beyond what the service needs: ${rule}`)
    })
}

function withTerms(command: Command): Command {
  return withClusterOptions(command)
    .option('--replication-factor <count>', 'replicas of each partition', wholeNumber(1, 32_767), 3)
    .option(
      '--min-insync-replicas <count>',
      'replicas that must have a record before it is acknowledged (default 2, or 1 with one replica)',
      wholeNumber(1, 32_767),
    )
    .option('--json', 'print one JSON object per topic')
}

function termsOf({ replicationFactor, minInsyncReplicas = Math.min(2, replicationFactor) }: TopicOptions): TopicTerms {
  if (minInsyncReplicas > replicationFactor)
    throw new UsageError('--min-insync-replicas is greater than --replication-factor: nothing could be written')
  return { replicationFactor, minInsyncReplicas }
}

async function plan(admin: KafkaAdmin, terms: TopicTerms): Promise<readonly TopicStep[]> {
  return planTopics(clusterTopics, await admin.findTopics(clusterTopics.map(({ name }) => name)), terms)
}

function print(steps: readonly TopicStep[], { json }: TopicOptions, terminal: Terminal): void {
  for (const step of steps) terminal.out(json ? topicJson(step) : topicLine(step))
}
