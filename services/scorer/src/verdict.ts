import type { Verdict } from '@watchword/contracts'
import { applyVerdict, type Profile } from '@watchword/risk-engine'

/**
 * The profile after a verdict on the log; `at` is log time, epoch milliseconds. That a user calls something safe is recorded and changes nothing:
 * whoever reads their mail can say it, and a mailbox is no second factor.
 */
export function profileAfterVerdict(profile: Profile, given: Verdict, at: number): Profile {
  if (given.by === 'user' && given.verdict === 'confirmed-safe') return profile
  const { verdict, activity, app, session, assessed } = given
  const { type, outcome, late, device, fingerprint, address, learnable, network, asn, country } = assessed
  const { browser, os, agent: hash } = assessed
  const context = {
    app,
    session,
    device,
    fingerprint,
    address,
    learnable,
    prefix: network,
    asn,
    country,
    // The place of an activity is no part of what is learned of it.
    position: null,
    agent: hash === null ? null : { browser, os, hash },
  }
  return applyVerdict(profile, { verdict, activity, type, outcome, late, context, at })
}
