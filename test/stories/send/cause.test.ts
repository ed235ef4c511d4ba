import { describe, expect, it } from 'vitest'
import type { ConnectObservation } from '../../../src/host/types.js'
import { parseTarget } from '../../../src/kernel/target.js'
import { causeOf, type Sent } from '../../../src/stories/send/cause.js'

const sent: Sent = {
  target: parseTarget('mqtts://broker.example:8883'),
  header: 'none',
  addressless: false,
  ssl: false,
  cn: false,
  malformed: false,
  split: false,
  username: false,
}

function seen(more: Partial<ConnectObservation>): ConnectObservation {
  return {
    outcome: 'closed',
    stage: 'mqtt',
    local: '127.0.0.1:1',
    connack: undefined,
    properties: undefined,
    ms: 1,
    detail: undefined,
    received: undefined,
    tls: undefined,
    ...more,
  }
}

describe('causeOf', () => {
  it('reads a client certificate out of the alert that TLS 1.3 sends after the handshake', () => {
    const cause = causeOf(seen({ outcome: 'tls', detail: 'tlsv13 alert certificate required' }), sent)
    expect(cause.code).toBe('MP-TLS')
    expect(cause.likely[0]).toEqual({
      text: 'it requires a client certificate',
      try: 'mqtt-proxy send mqtts://broker.example:8883 --cert FILE --key FILE',
    })
  })

  it('suspects an access list where the connection was reset as it opened', () => {
    const cause = causeOf(seen({ outcome: 'reset', stage: 'connect', detail: 'connect ECONNRESET' }), sent)
    expect(cause.message).toContain('reset it at once')
    expect(cause.likely[0]?.text).toContain('access list')
  })

  it.each([
    ["IP: 127.0.0.1 is not in the cert's list:  (the certificate is for DNS:broker.example)", 'broker.example'],
    ["Host: a.example. is not in the cert's altnames: DNS:*.b.example", 'NAME.b.example'],
    ["Host: a.example. is not in the cert's altnames: IP Address:192.0.2.1", '192.0.2.1'],
  ])('offers a name that the certificate has: %s', (detail, name) => {
    const cause = causeOf(seen({ outcome: 'tls', stage: 'tls', detail }), sent)
    expect(cause.likely.map((one) => one.try)).toEqual([
      `mqtt-proxy send mqtts://broker.example:8883 --servername ${name}`,
    ])
  })

  it('names the plain port when TLS met something else', () => {
    const cause = causeOf(seen({ outcome: 'tls', stage: 'tls', detail: 'wrong version number' }), sent)
    expect(cause.likely[0]?.try).toBe('mqtt-proxy send broker.example:8883')
  })

  it('asks for the other version when a header was refused', () => {
    const cause = causeOf(seen({}), { ...sent, header: 'v1' })
    expect(cause.likely[0]).toEqual({
      text: 'it reads another version of the PROXY header only',
      try: 'mqtt-proxy send mqtts://broker.example:8883 --proxy-protocol v2',
    })
  })

  it.each([
    [{ header: 'none' }, ['it wants a PROXY header', 'it wants a client certificate']],
    [{ header: 'v2' }, ['it insists on TLS facts in the header']],
    [{ header: 'v2', ssl: true }, ['it takes the username from the CN in the header']],
    [{ header: 'v2', ssl: true, cn: true }, ['it takes a verified certificate only: --client-bits 7, --verify 0']],
  ] as const)('what was sent decides what may be missing: %o', (more, expected) => {
    const texts = causeOf(seen({}), { ...sent, ...more }).likely.map((one) => one.text)
    expect(texts).toEqual(expect.arrayContaining([...expected]))
    for (const fact of ['TLS facts', 'the CN in'])
      expect(texts.some((text) => text.includes(fact))).toBe(expected.some((text) => text.includes(fact)))
  })

  it('does not call a header broken that only came in pieces', () => {
    const cause = causeOf(seen({}), { ...sent, header: 'v2', split: true })
    expect(cause.likely[0]).toEqual({
      text: 'it wants the whole header at once (Mosquitto 2.1 does)',
      try: 'mqtt-proxy send mqtts://broker.example:8883 --proxy-protocol v2',
    })
    expect(cause.likely.map((one) => one.text).join('\n')).not.toContain('broken')
  })

  it('says what else answered', () => {
    const received = Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')
    expect(causeOf(seen({ outcome: 'not-mqtt', received }), sent).message).toBe(
      'it answered with an HTTP response, not with MQTT',
    )
  })

  it.each(['2003000000', '200200ff00', '2000'])('calls a broken CONNACK so, not another protocol: %s', (hex) => {
    const received = Buffer.from(hex, 'hex')
    const { message, likely } = causeOf(
      seen({ outcome: 'not-mqtt', received, detail: 'the CONNACK is malformed' }),
      sent,
    )
    expect(message).toBe(`the CONNACK is malformed (${hex}…)`)
    expect(likely[0]?.text).toContain('another version of MQTT')
  })

  it('an HTTP 400 to a CONNECT is mode http', () => {
    const causes = (status: string) =>
      causeOf(seen({ outcome: 'not-mqtt', received: Buffer.from(`HTTP/1.0 ${status}\r\n`) }), sent).likely
    expect(causes('400 Bad request')[0]).toMatchObject({ text: expect.stringContaining('mode http') })
    expect(causes('200 OK').map((one) => one.text)).toEqual(['this is not an MQTT port'])
  })

  it('knows a header in front of TLS as a cause of "wrong version number"', () => {
    const detail = 'wrong version number'
    const texts = (header: Sent['header']) =>
      causeOf(seen({ outcome: 'tls', stage: 'tls', detail }), { ...sent, header }).likely.map((one) => one.text)
    expect(texts('v2').join()).toContain('before TLS to a bind without accept-proxy')
    expect(texts('none')).toHaveLength(1)
  })

  it('points at the CN when a broker behind a header refuses credentials', () => {
    const cause = causeOf(seen({ outcome: 'connack', connack: 134 }), { ...sent, header: 'v2' })
    expect(cause.message).toContain('134: bad user name or password')
    expect(cause.likely.map((one) => one.text).join('\n')).toContain('--cn NAME')
  })
})
