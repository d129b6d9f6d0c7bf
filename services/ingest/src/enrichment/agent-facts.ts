import type { Agent } from '@watchword/contracts'
import Bowser from 'bowser'
import { LRUCache } from 'lru-cache'

const cachedMax = 20_000

/** A request that names no program: not the same as an app that does not say, or a thief had only to leave the header out. */
const nameless: Agent = { browser: null, browserVersion: null, os: null, osVersion: null, deviceType: null }

/** Parses user agents, each only once as long as it is in use. */
export function createAgentFacts(): (userAgent: string | null) => Agent | null {
  const cache = new LRUCache<string, Agent>({ max: cachedMax })
  return (userAgent) => {
    if (userAgent === null) return null
    if (userAgent === '') return nameless
    const known = cache.get(userAgent)
    if (known !== undefined) return known
    const agent = parse(userAgent)
    cache.set(userAgent, agent)
    return agent
  }
}

function parse(userAgent: string): Agent {
  const { browser, os, platform } = Bowser.parse(userAgent)
  return {
    browser: browser.name || null,
    browserVersion: browser.version || null,
    os: os.name || null,
    osVersion: os.version || null,
    deviceType: platform.type || null,
  }
}
