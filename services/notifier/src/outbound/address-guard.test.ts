import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { createAddressGuard, parseNetwork } from './address-guard.ts'

const refused = { code: 'address-refused' }

/** As an URL hands it on: `http://0x7f.1/` has the host 127.0.0.1. */
const hostOf = (authority: string): string => new URL(`https://${authority}/`).hostname

const inside = [
  '127.0.0.1',
  '127.1',
  '0177.0.0.1',
  '0x7f.0.0.1',
  '2130706433',
  '0',
  '0.0.0.0',
  '10.0.0.1',
  '172.16.0.1',
  '192.168.1.1',
  '100.64.0.1',
  '169.254.169.254',
  '0251.0376.0251.0376',
  '224.0.0.1',
  '255.255.255.255',
  '192.0.2.1',
  '198.18.0.1',
  '[::]',
  '[::1]',
  '[::127.0.0.1]',
  '[::ffff:127.0.0.1]',
  '[::ffff:a9fe:a9fe]',
  '[::ffff:0:127.0.0.1]',
  '[64:ff9b::a9fe:a9fe]',
  '[64:ff9b:1::a9fe:a9fe]',
  '[2002:7f00:1::]',
  '[2001:0:4136:e378:8000:63bf:3fff:fdd2]',
  '[fe80::1]',
  '[fec0::1]',
  '[fc00::1]',
  '[fd00:ec2::254]',
  '[ff02::1]',
  '[2001:db8::1]',
]

describe('where a delivery may go', () => {
  const guard = createAddressGuard([], async () => ['93.184.215.14', '2606:2800:21f:cb07:6820:80da:af6b:8b2c'])

  for (const authority of inside)
    test(`not to ${authority}`, async () => {
      await assert.rejects(guard.resolve(hostOf(authority), true), refused)
    })

  test('to public addresses, by their number or by a name', async () => {
    assert.deepEqual(await guard.resolve('93.184.215.14', true), [{ address: '93.184.215.14', family: 4 }])
    assert.equal((await guard.resolve('[2606:4700::1111]', true)).length, 1)
    assert.deepEqual(
      (await guard.resolve('example.com', true)).map(({ family }) => family),
      [4, 6],
    )
  })

  test('not to a name of which one address is inside', async () => {
    const mixed = createAddressGuard([], async () => ['93.184.215.14', '169.254.169.254'])
    await assert.rejects(mixed.resolve('rebind.example', true), refused)
  })

  test('not to a name that has no address, or that nobody knows', async () => {
    await assert.rejects(createAddressGuard([], async () => []).resolve('example', true), { code: 'host-unknown' })
    const broken = createAddressGuard([], () => Promise.reject(new Error('ENOTFOUND')))
    await assert.rejects(broken.resolve('example', true), { code: 'host-unknown' })
  })

  test('into networks that an operator names, and only there in the clear', async () => {
    const named = createAddressGuard(['10.1.0.0/16', 'fd00::/8'], async () => [])
    assert.equal((await named.resolve('10.1.2.3', false)).length, 1)
    assert.equal((await named.resolve('[::ffff:10.1.2.3]', false)).length, 1)
    assert.equal((await named.resolve('[fd00::1]', true)).length, 1)
    await assert.rejects(named.resolve('10.2.0.1', true), refused)
    await assert.rejects(named.resolve('93.184.215.14', false), refused)
  })

  test('for which a network has to be one', () => {
    for (const text of ['10.0.0.1', '10.0.0.0/33', 'inside', '']) assert.throws(() => parseNetwork(text), TypeError)
  })
})
