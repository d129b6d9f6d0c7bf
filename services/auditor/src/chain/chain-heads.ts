import { firstLink } from './link.ts'

/** The last record of a chain and its link. */
export type ChainHead = Readonly<{ topic: string; partition: number; offset: number; link: Uint8Array }>

/** Where each chain ends. */
export interface ChainHeads {
  /** The link behind which the next record of the chain stands. */
  linkBefore(topic: string, partition: number): Uint8Array
  advance(head: ChainHead): void
  /** Those of chains that have a record. */
  all(): readonly ChainHead[]
}

/** Heads that go on from others, or from none. */
export function createChainHeads(from: readonly ChainHead[] = []): ChainHeads {
  // By topic, then by partition: asked for each record, so that no name is made for it.
  const heads = new Map<string, (ChainHead | undefined)[]>()

  function advance(head: ChainHead): void {
    const ofTopic = heads.get(head.topic)
    if (ofTopic === undefined) heads.set(head.topic, atPlace(head))
    else ofTopic[head.partition] = head
  }

  for (const head of from) advance(head)
  return {
    linkBefore: (topic, partition) => heads.get(topic)?.[partition]?.link ?? firstLink(topic, partition),
    advance,
    all: () => [...heads.values()].flatMap((ofTopic) => ofTopic.filter((head) => head !== undefined)),
  }
}

function atPlace(head: ChainHead): (ChainHead | undefined)[] {
  const ofTopic: (ChainHead | undefined)[] = []
  ofTopic[head.partition] = head
  return ofTopic
}
