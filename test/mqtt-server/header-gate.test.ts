import { describe, expect, it } from 'vitest'
import { type GateAnswer, HeaderRule } from '../../src/mqtt-server/header-gate.js'
import { type HeaderPolicy, noHeader } from '../../src/mqtt-server/options.js'
import { encode } from '../../src/proxy-header/index.js'
import type { HeaderSpec } from '../../src/proxy-header/types.js'

const peer = { address: '127.0.0.1', port: 40544 }
const required: HeaderPolicy = { ...noHeader, mode: 'required' }
const connect = Buffer.from('100d00044d5154540402003c000161', 'hex')

const v2: HeaderSpec = {
  version: 2,
  source: { address: '203.0.113.7', port: 56324 },
  destination: { address: '127.0.0.1', port: 1884 },
}
const withTls = (client: number, more: Partial<HeaderSpec['ssl']> = {}): Buffer =>
  Buffer.from(encode({ ...v2, ssl: { client, verify: 0, version: 'TLSv1.3', ...more } }))

function gate(policy: Partial<HeaderPolicy>, bytes: Uint8Array): GateAnswer {
  return new HeaderRule({ ...required, ...policy }).gate(peer).push(Buffer.from(bytes))
}

const refusal = (answer: GateAnswer) => (answer.status === 'refused' ? answer.refusal.code : answer.status)

describe('the header policy', () => {
  it('takes the address from v1 and v2 headers and hands on what follows', () => {
    for (const header of [encode(v2), encode({ ...v2, version: 1 })]) {
      const answer = gate({}, Buffer.concat([header, connect]))
      if (answer.status !== 'open') throw new Error(refusal(answer))
      expect(answer.arrival.client).toEqual({ address: '203.0.113.7', port: 56324 })
      expect(answer.arrival.peer).toEqual(peer)
      expect(answer.rest.equals(connect)).toBe(true)
    }
  })

  it('puts a header together from single bytes', () => {
    const one = new HeaderRule(required).gate(peer)
    const bytes = [...withTls(7), ...connect]
    const answers = bytes.slice(0, -connect.length).map((byte) => one.push(Buffer.from([byte])).status)
    expect(answers.slice(0, -1).every((status) => status === 'more')).toBe(true)
    expect(answers.at(-1)).toBe('open')
  })

  it('accepts LOCAL and UNKNOWN with the real peer', () => {
    for (const header of [encode({ version: 2, command: 'LOCAL' }), Buffer.from('PROXY UNKNOWN\r\n')]) {
      const answer = gate({}, header)
      expect(answer.status === 'open' && answer.arrival.client).toEqual(peer)
    }
  })

  it('refuses a missing header in words that say what came instead', () => {
    const answer = gate({}, connect)
    if (answer.status !== 'refused') throw new Error(answer.status)
    expect(answer.refusal.reason).toContain('first bytes 10 0d 00 04 4d 51 54 54 are an MQTT 3.1.1 CONNECT')
    expect(answer.refusal.hint).toContain('send-proxy-v2')
  })

  it('refuses the version that is not accepted', () => {
    expect(refusal(gate({ accept: [2] }, encode({ ...v2, version: 1 })))).toBe('MP-HDR-NOT-ACCEPTED')
    expect(refusal(gate({ accept: [1] }, encode(v2)))).toBe('MP-HDR-NOT-ACCEPTED')
  })

  it('looks at the SSL bit, not at the presence of the TLV', () => {
    const tls = { requireTls: true }
    expect(refusal(gate(tls, encode(v2)))).toBe('MP-TLS-REQUIRED')
    expect(refusal(gate(tls, withTls(0)))).toBe('MP-TLS-REQUIRED')
    expect(refusal(gate(tls, withTls(1)))).toBe('open')
    expect(refusal(gate(tls, encode({ version: 2, command: 'LOCAL' })))).toBe('MP-TLS-REQUIRED')
  })

  it('wants SSL, CERT_SESS and verify 0 for a certificate; a resumed session is fine', () => {
    const cert = { requireCertificate: true }
    expect(refusal(gate(cert, withTls(1)))).toBe('MP-CERT-REQUIRED')
    expect(refusal(gate(cert, withTls(3)))).toBe('MP-CERT-REQUIRED')
    expect(refusal(gate(cert, withTls(7, { verify: 21 })))).toBe('MP-CERT-VERIFY')
    expect(refusal(gate(cert, withTls(4)))).toBe('MP-CERT-VERIFY')
    expect(refusal(gate(cert, withTls(5)))).toBe('open')
    expect(refusal(gate(cert, withTls(7)))).toBe('open')
  })

  it('takes the CN for the username, and none with control characters', () => {
    const policy = { requireCertificate: true, cnAsUsername: true }
    const named = gate(policy, withTls(7, { cn: 'sensor-17' }))
    expect(named.status === 'open' && named.arrival.identity).toEqual({ username: 'sensor-17', proven: false })
    const nameless = gate(policy, withTls(7, { cn: '' }))
    expect(nameless.status === 'open' && nameless.arrival.identity).toEqual({ username: undefined, proven: false })
    expect(refusal(gate(policy, withTls(7, { cn: 'a\nb' })))).toBe('MP-CN')
    expect(refusal(gate(policy, withTls(7, { cn: 'ali\0ce' })))).toBe('MP-CN')
  })

  it('lets networks in and keeps them out by the header’s address', () => {
    expect(refusal(gate({ allow: ['203.0.113.0/24'] }, encode(v2)))).toBe('open')
    expect(refusal(gate({ allow: ['10.0.0.0/8'] }, encode(v2)))).toBe('MP-DENIED')
    expect(refusal(gate({ deny: ['203.0.113.7'] }, encode(v2)))).toBe('MP-DENIED')
    const six = encode({
      version: 2,
      source: { address: '2001:db8::1', port: 1 },
      destination: { address: '::1', port: 2 },
    })
    expect(refusal(gate({ deny: ['2001:db8::/32'] }, six))).toBe('MP-DENIED')
    expect(refusal(gate({ deny: ['203.0.113.0/24'] }, six))).toBe('open')
  })

  it('believes a header where it is optional, and lets in who sends none', () => {
    expect(refusal(gate({ mode: 'optional' }, connect))).toBe('open')
    const answer = gate({ mode: 'optional' }, encode(v2))
    expect(answer.status === 'open' && answer.arrival.client.address).toBe('203.0.113.7')
  })

  it('behaves as Mosquitto does where a mosquitto.conf asks for it', () => {
    const manner = { manner: 'mosquitto', accept: [2] } as const
    const local = gate(manner, encode({ version: 2, command: 'LOCAL' }))
    expect(local.status === 'refused' && [local.refusal.quiet, local.refusal.log]).toEqual([true, []])
    const unix = gate(
      manner,
      Buffer.concat([encode(v2).subarray(0, 12), Buffer.from('21310005', 'hex'), Buffer.from('/path')]),
    )
    expect(unix.status === 'open' && unix.arrival.client).toEqual({ address: '/path', port: 0 })
    const long = encode({ ...v2, tlvs: [{ type: 0xe0, value: new Uint8Array(500) }] })
    expect(refusal(gate(manner, long))).toBe('MP-HDR-MANNER')
    // Before anything behind the length is looked at: also where it makes no sense.
    const nonsense = Buffer.concat([long.subarray(0, 16), Buffer.alloc(long.length - 16, 0x61)])
    for (const header of [long, nonsense]) {
      const answer = gate(manner, header)
      expect(answer.status === 'refused' && answer.refusal.log).toEqual([
        'Client (null) [(null):0] disconnected: bad socket read/write: Invalid input',
      ])
    }
    const tls = gate({ ...manner, requireTls: true }, encode(v2))
    expect(tls.status === 'refused' && tls.refusal.log).toEqual([
      'Connection from 203.0.113.7:56324 rejected, client did not connect using TLS.',
    ])
  })
})
