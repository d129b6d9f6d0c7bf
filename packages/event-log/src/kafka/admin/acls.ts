import kafkajs, { type AclEntry, type AclFilter, type Admin } from 'kafkajs'

/** One rule that lets a principal do something from any host. */
export type KafkaAcl = Readonly<{
  /** `User:name`. */
  principal: string
  resource: 'topic' | 'group'
  name: string
  pattern: 'literal' | 'prefixed'
  operation: 'read' | 'write' | 'describe'
}>

const {
  AclOperationTypes: operations,
  AclPermissionTypes: permissions,
  AclResourceTypes: resources,
  ResourcePatternTypes: patterns,
} = kafkajs
const resourceTypes = { topic: resources.TOPIC, group: resources.GROUP }
const patternTypes = { literal: patterns.LITERAL, prefixed: patterns.PREFIXED }
const operationTypes = { read: operations.READ, write: operations.WRITE, describe: operations.DESCRIBE }

/** Every rule of these principals that the cluster has, in the words of `aclText`. */
export async function findAcls(admin: Admin, principals: readonly string[]): Promise<readonly string[]> {
  const found: string[] = []
  for (const principal of principals) {
    // Who filters by no name and no host leaves both out, which the declarations of kafkajs allow.
    const filter: AclFilter = {
      principal,
      resourceType: resources.ANY,
      resourcePatternType: patterns.ANY,
      operation: operations.ANY,
      permissionType: permissions.ANY,
    }
    const { resources: matching } = await admin.describeAcls(filter)
    for (const resource of matching) for (const acl of resource.acls) found.push(entryText({ ...resource, ...acl }))
  }
  return found
}

export async function addAcls(admin: Admin, acls: readonly KafkaAcl[]): Promise<void> {
  if (acls.length > 0) await admin.createAcls({ acl: acls.map(entryOf) })
}

/** A declared rule as one line of text, the same as the cluster's. */
export function aclText(acl: KafkaAcl): string {
  return entryText(entryOf(acl))
}

function entryOf({ principal, resource, name, pattern, operation }: KafkaAcl): AclEntry {
  return {
    principal,
    host: '*',
    permissionType: permissions.ALLOW,
    operation: operationTypes[operation],
    resourceType: resourceTypes[resource],
    resourceName: name,
    resourcePatternType: patternTypes[pattern],
  }
}

function entryText(entry: AclEntry): string {
  const permission = nameOf(permissions, entry.permissionType)
  const operation = nameOf(operations, entry.operation)
  const resource = nameOf(resources, entry.resourceType)
  const pattern = nameOf(patterns, entry.resourcePatternType)
  const host = entry.host === '*' ? '' : ` from ${entry.host}`
  return `${entry.principal} ${permission} ${operation} ${resource} ${pattern} ${entry.resourceName}${host}`
}

function nameOf(names: Readonly<Record<string, unknown>>, value: number): string {
  return (Object.entries(names).find(([, each]) => each === value)?.[0] ?? String(value)).toLowerCase()
}
