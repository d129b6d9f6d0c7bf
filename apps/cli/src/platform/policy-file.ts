import { readFile } from 'node:fs/promises'
import { type Policies, parsePolicy } from '@watchword/policy'
import { demoTenant } from './first-key.ts'

/** A policy file that cannot be put in force; the message names every fault by its pointer. */
export class PolicyFileError extends Error {
  override readonly name = 'PolicyFileError'
  readonly code = 'invalid-policy-file'
}

/** Reads a policy; throws a PolicyFileError. */
export async function readPolicyFile(file: string) {
  const parsed = parsePolicy(await readFile(file, 'utf8'))
  if (parsed.ok) return parsed.document
  const faults = parsed.faults.map(({ pointer, detail }) => `${pointer || '/'}: ${detail}`)
  throw new PolicyFileError(`${file} is not a valid policy:\n${faults.join('\n')}`)
}

/** Puts the policy of the file in force for the tenant `demo`; nothing without a file. */
export async function proposePolicyFile(file: string | undefined, policies: Policies): Promise<void> {
  if (file !== undefined) await policies.propose(demoTenant, await readPolicyFile(file), 'policy-file')
}
