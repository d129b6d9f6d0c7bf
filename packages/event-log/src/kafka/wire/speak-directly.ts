import type { KafkaBroker } from '../kafka-cluster.ts'
import { decodeFetchAnswer, fetchVersions } from './decode-fetch-answer.ts'
import { encodeFetchRequest, type FetchRequest } from './encode-fetch-request.ts'
import { encodeProduceRequest, type ProduceRequest, produceVersions } from './encode-produce-request.ts'
import { ProtocolError } from './protocol-error.ts'

const produceKey = 0
const fetchKey = 1

type Protocol = Readonly<{
  request: Readonly<{ apiVersion: number; encode: () => Promise<unknown> }>
  response: Readonly<{ decode: (answer: Buffer) => Promise<unknown>; parse: (answer: unknown) => Promise<unknown> }>
}>
type Lookup = ((apiKey: number, definition: unknown) => (request: never) => Protocol) & { [marker]?: boolean }

const marker = Symbol('speaks directly')

/**
 * Lets a broker of kafkajs 2.2.4 send records and read them without what kafkajs makes of each: a buffer of 512 bytes for every record and every
 * header on the way out and for every partition that is asked for, arithmetic on 64 bits and an object for every header on the way in. Answers to a produce request come whole: kafkajs
 * throws the first refusal of any partition and drops the rest. The table of requests is made anew with each connection, so this looks each time.
 */
export function speakDirectly(broker: KafkaBroker): void {
  const owner = broker as unknown as { lookupRequest: Lookup }
  const lookup = owner.lookupRequest
  if (lookup[marker] === true) return
  const direct: Lookup = (apiKey, definition) => {
    const make = lookup(apiKey, definition)
    if (apiKey === produceKey) return (request) => producing(make(request), request)
    return apiKey === fetchKey ? (request) => fetching(make(request), request) : make
  }
  direct[marker] = true
  owner.lookupRequest = direct
}

function producing({ request, response }: Protocol, wanted: ProduceRequest): Protocol {
  check(request.apiVersion, produceVersions)
  return {
    request: {
      ...request,
      encode: async () => encoded(await encodeProduceRequest(wanted, Date.now())),
    },
    response: { decode: response.decode, parse: async (answer) => answer },
  }
}

function fetching({ request, response }: Protocol, wanted: FetchRequest): Protocol {
  check(request.apiVersion, fetchVersions)
  return {
    request: { ...request, encode: async () => encoded(encodeFetchRequest(wanted, request.apiVersion)) },
    response: { decode: (answer) => decodeFetchAnswer(answer, request.apiVersion), parse: response.parse },
  }
}

/** What kafkajs takes for one of its encoders. */
function encoded(buffer: Buffer): object {
  return { buf: buffer, buffer }
}

function check(version: number, { from, to }: Readonly<{ from: number; to: number }>): void {
  if (version < from || version > to) throw new ProtocolError(`the broker asks for version ${version} of a request`)
}
