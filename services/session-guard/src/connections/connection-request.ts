import type { Caller } from '@watchword/access'
import { requirementOf, type ResourceClass } from '@watchword/admission'
import type { AdmissionRequested } from '@watchword/contracts'
import { lockPolicyOf, resourceClassOf } from '@watchword/policy'
import type { GuardParts } from '../guard-parts.ts'
import { certificateFaultOf } from './certificate-fault.ts'
import { clientAuthoritiesOf } from './client-authorities.ts'

/** Who wants to connect, where, and what was found of them. */
export type Connection = Readonly<{
  user: string
  session: string | null
  device: string | null
  /** `null`: nobody has said. */
  groups: readonly string[] | null
  resource: string
  reachable: boolean
}> &
  (
    | Readonly<{ client: 'interactive'; signIn: 'accepted' | 'rejected' | 'unknown-user' | 'password-change-required' }>
    | Readonly<{ client: 'always-on'; certificate: string | undefined }>
  )

/** The command that asks the fold, with what the policy in force now says; everything that it decides by is in it. */
export function admissionCommand(
  { access, policies, clock, metrics }: Pick<GuardParts, 'access' | 'policies' | 'clock' | 'metrics'>,
  { tenant, app }: Pick<Caller, 'tenant' | 'app'>,
  connection: Connection,
): Readonly<{ type: 'admission-requested'; data: AdmissionRequested }> {
  const { user, session, device, groups, resource, reachable, client } = connection
  const policy = policies.inForce(tenant)
  const now = clock.now()
  const names = access.userNamesOf(tenant)
  const requirement = requirementOf(policy.secondFactorRules, { user, groups, app, names }, now)
  const { status, level, owner, reason } = { ...unsaid, ...requirement }
  const found = connection.client === 'always-on' ? ofCertificate(connection.certificate) : ofSignIn(connection.signIn)
  const resourceClass: ResourceClass = resourceClassOf(policy.source, resource)
  const asked = { requirement: status, level, owner, reason, policy: lockPolicyOf(policy.source) }
  return {
    type: 'admission-requested',
    data: { app, session, device, client, resourceClass, ...found, reachable, ...asked },
  }

  function ofCertificate(certificate: string | undefined): Found {
    const fault = certificateFaultOf(certificate, { user, names, now, authorities: clientAuthoritiesOf(policy) })
    if (fault !== null) metrics.certificateRefused(fault)
    return {
      userMatches: fault !== 'certificate-wrong-user',
      credentialsAccepted: fault === null || fault === 'certificate-wrong-user',
      passwordChange: false,
      fault,
    }
  }
}

const unsaid = { level: null, owner: null, reason: null }

type Found = Pick<AdmissionRequested, 'userMatches' | 'credentialsAccepted' | 'passwordChange' | 'fault'>

function ofSignIn(signIn: 'accepted' | 'rejected' | 'unknown-user' | 'password-change-required'): Found {
  return {
    userMatches: signIn !== 'unknown-user',
    credentialsAccepted: signIn === 'accepted' || signIn === 'password-change-required',
    passwordChange: signIn === 'password-change-required',
    fault: null,
  }
}
