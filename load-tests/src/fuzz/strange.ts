import type { SeededRandom } from '../campaign/seeded-random.ts'

/** Media types that no route takes, or that are none. */
export const strangeTypes = [
  'text/plain',
  'application/xml',
  'application/json; charset=utf-7',
  'multipart/form-data; boundary=x',
  'application/x-www-form-urlencoded',
  'application/problem+json',
  '*/*',
  'json',
  ';',
  'application/json, application/json',
]

/** Bodies that are broken, huge or hostile as a whole. */
export function strangeBody({ pick }: SeededRandom): string {
  return pick<() => string>([
    ...['', '{', '[[[[[[', '{"a":1}}', '\ufeff{}', '"', 'null', 'nul', '[1,2', '\n\n\n', '\0\u0001\u0002'].map(
      (text) => () => text,
    ),
    () => '{"type":"login","user":"a"}\n{"type":\n\n\n[]\nnull\n"x"\n{"__proto__":{"polluted":1}}',
    () => '{"type":"access","user":"a"}\n'.repeat(pick([1, 3, 1_001])),
    () => '\n'.repeat(1_000_000),
    () => '['.repeat(100_000),
    () => '['.repeat(30_000) + ']'.repeat(30_000),
    () => `{"originalIdentity":"a","x":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
    () => '{"a":'.repeat(20_000),
    () => `[${'[],'.repeat(300_000)}[]]`,
    () => `[${'{},'.repeat(999)}{}]`,
    () => `{${Array.from({ length: pick([20_000, 80_000]) }, (_, index) => `"k${index}":1`).join(',')}}`,
    () => `{"user":"${'x'.repeat(pick([1_000, 20_000, 1_100_000]))}"}`,
    () => '[:'.repeat(30_000),
    () => '{"specversion":"1.0","type":"watchword.activity","source":"/x","id":"1","data":7}',
    () => '{"specversion":"1.0","type":"login","source":"/x","id":"1","data":{"type":"login"},"subject":"a"}',
  ])()
}

/** Segments of a path that nobody has an id like. */
export const strangeParts = [
  '..',
  '%00',
  '%ff',
  '%e0%a4%a',
  '%',
  '__proto__',
  'constructor',
  "'%20OR%201=1--",
  '%2e%2e%2f%2e%2e%2fetc',
  'a'.repeat(257),
  'a'.repeat(1_025),
  'a'.repeat(9_000),
  encodeURIComponent('é👩‍👧\u202e'),
  '%0d%0aset-cookie:a=b',
  '*',
]

export const strangeQueries = [
  '?',
  '?a',
  '?session=',
  '?session=a&session=b',
  '?__proto__[polluted]=yes',
  '?limit=-1',
  '?limit=1e9',
  '?cursor=%00',
  '?user',
  '?session[]=a',
  `?session=${'s'.repeat(5_000)}`,
  `?${'a&'.repeat(3_000)}`,
]

export const strangeHeaders: readonly (readonly [string, string])[] = [
  ['prefer', 'wait=-1'],
  ['prefer', 'wait=1e9; respond-async'],
  ['prefer', 'wait=1'],
  ['idempotency-key', ''],
  ['idempotency-key', 'x'.repeat(300)],
  ['idempotency-key', 'same'],
  ['traceparent', '00-zz-yy-01'],
  ['traceparent', '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'],
  ['x-request-id', 'a b\'"<script>'],
  ['content-encoding', 'gzip'],
  ['x-watchword-user', 'alice'],
  ['x-watchword-capability', 'x.y.z'],
  ['origin', 'https://evil.example'],
  ['origin', 'https://bank.example'],
  ['accept', 'application/x-none'],
  ['expect', '100-continue'],
  ['forwarded', 'for=127.0.0.1'],
  ['x-forwarded-for', '1.2.3.4, 5.6.7.8'],
  ['cookie', '__proto__=1'],
]

export const strangeCredentials = [
  '',
  'Bearer',
  'Bearer x',
  'Basic YTpi',
  `Bearer ww_${'0'.repeat(20)}_${'a'.repeat(43)}`,
  `Bearer ${'x'.repeat(4_000)}`,
  'Bearer ww___proto____x',
  'bearer ww_a_b, Bearer ww_c_d',
]
