import { randomBytes } from 'node:crypto'
import type { SeededRandom } from '../campaign/seeded-random.ts'

export type FrameOptions = Readonly<{
  opcode: number
  final?: boolean
  masked?: boolean
  reserved?: number
  claimedLength?: number
}>

/** A WebSocket frame as bytes (RFC 6455, 5.2), right or wrong as asked for. */
export function frame(payload: Uint8Array, options: FrameOptions): Buffer {
  const { opcode, final = true, masked = true, reserved = 0, claimedLength = payload.length } = options
  const first = (final ? 0x80 : 0) | (reserved << 4) | opcode
  const maskBit = masked ? 0x80 : 0
  const head =
    claimedLength < 126
      ? Buffer.from([first, maskBit | claimedLength])
      : claimedLength < 65_536
        ? Buffer.from([first, maskBit | 126, claimedLength >> 8, claimedLength & 0xff])
        : longHead(first, maskBit, claimedLength)
  if (!masked) return Buffer.concat([head, payload])
  const mask = randomBytes(4)
  return Buffer.concat([head, mask, payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0))])
}

function longHead(first: number, maskBit: number, length: number): Buffer {
  const head = Buffer.alloc(10)
  head[0] = first
  head[1] = maskBit | 127
  head.writeBigUInt64BE(BigInt(length), 2)
  return head
}

const text = (value: string): Buffer => Buffer.from(value)

/** Some bytes that a hostile client might send after its handshake, which `user` may hear of. */
export function hostileBytes(user: string, random: SeededRandom): Buffer {
  const { between, pick } = random
  const some = (length: number): Buffer => Buffer.from(Array.from({ length }, () => between(0, 255)))
  return pick<() => Buffer>([
    () => some(between(1, 200)),
    () => frame(some(between(0, 100)), { opcode: between(0, 15), final: random.chance(0.5), reserved: between(0, 7) }),
    () => frame(text(hostileText(user, random)), { opcode: 1 }),
    () => frame(text(hostileText(user, random)), { opcode: 1, masked: false }),
    () => frame(some(between(0, 300)), { opcode: 2 }),
    () => frame(text('x'.repeat(between(4_000, 70_000))), { opcode: 1 }),
    () => frame(text('x'), { opcode: 1, claimedLength: 2 ** between(20, 50) }),
    () =>
      Buffer.concat(
        Array.from({ length: between(2, 40) }, (_, index) =>
          frame(text('{'), { opcode: index === 0 ? 1 : 0, final: false }),
        ),
      ),
    () => Buffer.concat(Array.from({ length: between(2, 300) }, () => frame(text('p'), { opcode: 9 }))),
    () => repeated(subscribe(user), between(2, 300)),
    () => repeated(JSON.stringify({ type: 'ping', id: 1 }), between(2, 300)),
    () => frame(some(126), { opcode: 9, claimedLength: 126 }),
    () => frame(some(between(0, 130)), { opcode: 8 }),
    () => frame(Buffer.from([0xff, 0xfe, 0xfd]), { opcode: 1 }),
    () => frame(Buffer.alloc(0), { opcode: 0 }),
    () => frame(text(JSON.stringify({ type: 'ping', id: 1 })), { opcode: 1 }),
    () => frame(text(subscribe('*')), { opcode: 1 }),
  ])()
}

function repeated(value: string, times: number): Buffer {
  return Buffer.concat(Array.from({ length: times }, () => frame(text(value), { opcode: 1 })))
}

function hostileText(user: string, { pick, between }: SeededRandom): string {
  return pick([
    '',
    '{',
    'null',
    '[]',
    '7',
    '{"type":"__proto__"}',
    '{"__proto__":{"polluted":"yes"},"type":"subscribe"}',
    '{"type":"ping","id":1e400}',
    '{"type":"ping","id":-1}',
    subscribe(user),
    subscribe(`user-${between(1, 9)}`),
    subscribe('%00'),
    subscribe('x'.repeat(1_000)),
    subscribe('a&originalIdentity=b'),
    '{"type":"subscribe","topic":{"toString":1}}',
    '{"type":"unsubscribe","topic":"watchword.security.mfa?originalIdentity=*"}',
    '['.repeat(4_000),
    '{"a":'.repeat(800),
  ])
}

function subscribe(user: string): string {
  return JSON.stringify({ type: 'subscribe', topic: `watchword.security.mfa?originalIdentity=${user}` })
}
