import { type Activity as ActivityBody, type ActivityRecord, agentHash, type Network } from '@watchword/contracts'
import type { Activity, ActivityAgent, ActivityNetwork } from '@watchword/risk-engine'

/** The risk engine's view of an activity on the log. */
export function activityFacts(record: ActivityRecord, body: ActivityBody): Activity {
  return {
    id: body.id,
    app: body.app,
    type: body.type,
    outcome: body.outcome,
    session: body.session,
    device: body.device,
    fingerprint: body.fingerprint,
    ip: body.ip,
    time: body.time,
    receivedAt: record.receivedAt,
    late: body.late,
    action: body.action,
    methods: body.methods,
    signals: body.signals,
    signal: body.signal,
    network: body.network && networkFacts(body.network),
    agent: agentFacts(body),
    facts: body.facts,
    deviceOwnedByOther: body.deviceOwnedByOther,
    attributes: body.attributes,
  }
}

function networkFacts(network: Network): ActivityNetwork {
  const { reputation, trusted } = network
  return {
    ...network,
    address: network.address ?? '',
    prefix: network.prefix ?? '',
    reputation: reputation === 'ok' || reputation === 'bad' ? reputation : null,
    trusted: trusted === null ? null : { reason: trusted },
  }
}

function agentFacts(body: ActivityBody): ActivityAgent | null {
  return body.agent && body.userAgent !== null ? { ...body.agent, hash: agentHash(body.userAgent) } : null
}
