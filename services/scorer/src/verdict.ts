import type { Verdict as GivenVerdict } from '@watchword/contracts'
import { applyVerdict, type Profile } from '@watchword/risk-engine'

/** The profile after a verdict on the log; `at` is log time, epoch milliseconds. */
export function withVerdict(profile: Profile, given: GivenVerdict, at: number): Profile {
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
