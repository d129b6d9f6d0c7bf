import { rightsOf, serviceNames } from '@watchword/contracts'
import type { KafkaAcl } from '@watchword/event-log/kafka'
import { UsageError } from '../terminal.ts'

/** `scorer=User:alice` names the principal of a service; the others are `User:watchword-<service>`. Throws a UsageError. */
export function principalsOf(assignments: readonly string[]): ReadonlyMap<string, string> {
  const principals = new Map(serviceNames.map((service) => [service, `User:watchword-${service}`]))
  for (const assignment of assignments) {
    const [, service = '', principal = ''] = /^([a-z-]+)=(User:[^\s"'$`\\]+)$/.exec(assignment) ?? []
    if (!principals.has(service))
      throw new UsageError(`not <service>=User:<name> with one of ${serviceNames.join(', ')}: ${assignment}`)
    principals.set(service, principal)
  }
  return principals
}

/** The rules for every service, each with its principal; services that share one have the rights of both. */
export function serviceAcls(principals: ReadonlyMap<string, string>): readonly KafkaAcl[] {
  const acls = [...principals].flatMap(([service, principal]) =>
    rightsOf(service).map(({ resource, name, pattern, operation }) => ({
      principal,
      resource,
      name,
      pattern,
      operation,
    })),
  )
  return [...new Map(acls.map((acl) => [JSON.stringify(acl), acl])).values()]
}

/** The same rules as command lines of Kafka's own tool, one for each principal, kind of resource, pattern and operation. */
export function aclCommands(acls: readonly KafkaAcl[], brokers: string): readonly string[] {
  const lines = new Map<string, string[]>()
  for (const { principal, resource, name, pattern, operation } of acls) {
    const begin = `kafka-acls.sh --bootstrap-server ${brokers} --command-config admin.properties --add --allow-principal '${principal}' --operation ${operation} --resource-pattern-type ${pattern}`
    const names = lines.get(`${begin} ${resource}`) ?? [begin]
    names.push(`--${resource} ${name}`)
    lines.set(`${begin} ${resource}`, names)
  }
  return [...lines.values()].map((parts) => parts.join(' '))
}
