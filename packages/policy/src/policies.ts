import { type Codecs, type PolicyRecord, topicOf } from '@watchword/contracts'
import { cloudEventHeaders, type EventLog, type LogRecord } from '@watchword/event-log'
import { type Clock, createView, type StreamError } from '@watchword/stream'
import { canonicalJson, policyHash } from './canonical.ts'
import { compileDocument, type ReadyPolicy } from './compile-document.ts'
import { parsePolicy } from './parse-policy.ts'
import type { PolicyDocument } from './policy-schema.ts'

/** One version of a tenant's policy; immutable. */
export type PolicyVersion = ReadyPolicy &
  Readonly<{
    hash: string
    /** Counts up per tenant; 0 is the built-in policy. */
    version: number
    /** Epoch milliseconds. */
    effectiveFrom: number
  }>

export type PoliciesDeps = Readonly<{
  log: EventLog
  codecs: Pick<Codecs, 'policy'>
  clock: Clock
  /** A fault that ended the view. */
  onFatal: (error: StreamError) => void
  /** A record that this build cannot read was skipped; the policy before it stays in force. */
  onUnreadable?: (record: LogRecord, error: unknown) => void
}>

/** The policies of every tenant, known by tailing `watchword.policy.v1`. */
export interface Policies {
  /** The policy in force; the built-in one where none was put. */
  inForce(tenant: string): PolicyVersion
  byHash(tenant: string, hash: string): PolicyVersion | undefined
  /** Resolves when every policy is known that the log had when asked. Rejects when the log does not answer, or the view has ended. */
  refresh(): Promise<void>
  /** Puts a document in force; resolves when it is durable. The document that is in force already stays as it is. */
  propose(tenant: string, document: PolicyDocument, by: string, traceparent?: string): Promise<PolicyVersion>
  /**
   * Puts the built-in policy on the log, unless it is there; resolves when it is durable. Whoever writes its hash into a record does this first:
   * another build may have another one built in, and judges the record by the one it names.
   */
  recordBuiltIn(): Promise<void>
  stop(): Promise<void>
}

/** A policy on the log that this build refuses; the one before stays in force. */
export class UnreadablePolicyError extends Error {
  override readonly name = 'UnreadablePolicyError'
  readonly code = 'unreadable-policy'
}

/** In the place of the tenant of a policy that is built in, for all of them. */
const everyTenant = ''

/** The policy in force where none was put: `balanced`, version 0. */
export function builtInPolicy(): PolicyVersion {
  const parsed = parsePolicy({})
  if (!parsed.ok) throw new UnreadablePolicyError('the built-in policy is not valid')
  const hash = policyHash(canonicalJson(parsed.document))
  return { ...compileDocument(parsed.document), hash, version: 0, effectiveFrom: 0 }
}

/** Starts the view and resolves when it has read everything there was. */
export async function createPolicies(deps: PoliciesDeps): Promise<Policies> {
  const { log, codecs, clock, onUnreadable } = deps
  const topic = topicOf('policy')
  const builtIn = builtInPolicy()
  const versions = new Map<string, Map<string, PolicyVersion>>()
  const newest = new Map<string, PolicyVersion>()
  /** By tenant; also counts versions that this build cannot read, so that what it puts in force comes after them. */
  const given = new Map<string, number>()
  let proposing: Promise<unknown> = Promise.resolve()

  // Its age is nobody's question, so its end is asked for now and then only.
  const view = await createView(
    { topics: [topic], pollEveryMs: 60_000 },
    { log, clock, onRecord: apply, onFatal: deps.onFatal },
  )
  await view.ready

  function apply(record: LogRecord): void {
    if (record.value === null) return
    // One bad record must not end the service, and again at every start.
    try {
      admit(codecs.policy.decode(record.value))
    } catch (error) {
      onUnreadable?.(record, error)
    }
  }

  function admit(record: PolicyRecord): void {
    const { tenant, hash, version, effectiveFrom } = record
    const known = versions.get(tenant)?.get(hash)
    if (known === undefined && policyHash(record.document) !== hash)
      throw new UnreadablePolicyError('a policy does not fit its hash')
    given.set(tenant, Math.max(version, given.get(tenant) ?? 0))
    const ready = known ?? compileDocument(readDocument(record))
    const admitted = { ...ready, hash, version, effectiveFrom }
    const ofTenant = versions.get(tenant) ?? new Map<string, PolicyVersion>()
    versions.set(tenant, ofTenant)
    // A document that was put back has one hash and two versions: the later one is its version from then on.
    if (known === undefined || version > known.version) ofTenant.set(hash, admitted)
    // Two writers may give out one version at once: the later one in the log holds, for every reader.
    if (version >= (newest.get(tenant)?.version ?? 0)) newest.set(tenant, admitted)
  }

  function inForce(tenant: string): PolicyVersion {
    return newest.get(tenant) ?? builtIn
  }

  async function write(
    tenant: string,
    document: PolicyDocument,
    by: string,
    traceparent: string | undefined,
  ): Promise<PolicyVersion> {
    const text = canonicalJson(document)
    const hash = policyHash(text)
    // What others put in force meanwhile comes before.
    await view.refresh()
    const current = inForce(tenant)
    const last = given.get(tenant) ?? 0
    if (current.hash === hash && last > 0 && current.version === last) return current
    await append({ tenant, hash, version: last + 1, effectiveFrom: clock.now(), document: text, by }, traceparent)
    await view.refresh()
    const written = versions.get(tenant)?.get(hash)
    if (written === undefined) throw new UnreadablePolicyError('a policy that was written cannot be read')
    return written
  }

  async function append(record: PolicyRecord, traceparent?: string): Promise<void> {
    const { tenant, hash, version } = record
    const headers = cloudEventHeaders({
      id: `${tenant}-${version}-${hash}`,
      type: 'watchword.policy',
      source: 'policies',
      time: clock.now(),
      traceparent,
    })
    await log.append([{ topic, key: `${tenant}:${hash}`, value: codecs.policy.encode(record), headers }])
  }

  return {
    inForce,
    byHash: (tenant, hash) =>
      versions.get(tenant)?.get(hash) ??
      versions.get(everyTenant)?.get(hash) ??
      (hash === builtIn.hash ? builtIn : undefined),
    async recordBuiltIn() {
      const { hash, version, effectiveFrom, source } = builtIn
      if (versions.get(everyTenant)?.has(hash) === true) return
      await append({
        tenant: everyTenant,
        hash,
        version,
        effectiveFrom,
        document: canonicalJson(source),
        by: 'built-in',
      })
    },
    propose(tenant, document, by, traceparent) {
      // One after the other: two at once would give out the same version.
      const written = proposing.then(() => write(tenant, document, by, traceparent))
      proposing = written.catch(() => undefined)
      return written
    },
    refresh: () => view.refresh(),
    stop: () => view.stop(),
  }
}

function readDocument({ document }: PolicyRecord): PolicyDocument {
  // As the value that it is: the text that was put may have been shorter than its canonical form, which no limit is for.
  const parsed = parsePolicy(JSON.parse(document))
  if (!parsed.ok)
    throw new UnreadablePolicyError(
      `a policy is not valid: ${parsed.faults.map((fault) => `${fault.pointer} ${fault.detail}`).join('; ')}`,
    )
  return parsed.document
}
