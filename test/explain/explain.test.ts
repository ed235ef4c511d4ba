import { describe, expect, it } from 'vitest'
import { errorCodes } from '../../src/explain/error-codes.js'
import { LogReader } from '../../src/explain/log.js'
import { explainLogLine } from '../../src/explain/log-line.js'
import { connackText, explainReasonCode } from '../../src/explain/reason-codes.js'
import { explainTermination } from '../../src/explain/termination.js'
import { parseTrafficLine } from '../../src/explain/traffic-line.js'
import { explain } from '../../src/stories/explain/explain.js'
import { sourceFiles } from '../house/imports.js'

// Lines as HAProxy 2.6 and 3.2 wrote them, syslog prefix included where there was one.
const lines = {
  noBackend:
    '127.0.0.1:48014 [21/Nov/2026:05:00:00.123] mqtts_frontend~ mqtts_frontend/<NOSRV> -1/-1/3 0 SC 1/1/0/0/0 0/0',
  allDown: '127.0.0.1:48014 [21/Nov/2026:05:00:00.123] mqtt_frontend mqtt_backend/<NOSRV> -1/-1/0 0 SC 1/1/0/0/0 0/0',
  mismatch: '127.0.0.1:48015 [21/Nov/2026:05:00:00.456] mqtt_frontend mqtt_backend/server1 1/0/2 0 SD 1/1/0/0/0 0/0',
  keepalive:
    '<134>Nov 21 05:00:00 haproxy[12]: 127.0.0.1:48016 [21/Nov/2026:05:00:00.456] f b/s1 1/0/60001 8 cD 1/1/0/0/0 0/0',
  good: '127.0.0.2:48017 [21/Nov/2026:05:00:00.456] f b/s1 1/0/12 4 -- 1/1/0/0/0 0/0',
  silent: '[::1]:48017 [21/Nov/2026:05:00:00.456] f b/s1 1/0/1 0 -- 1/1/0/0/0 0/0',
  rule: '127.0.0.1:45126 [21/Nov/2026:11:22:27.983] mqtt mqtt/<NOSRV> -1/-1/2 0 PR 1/1/0/0/0 0/0',
  queue: '127.0.0.1:53736 [21/Nov/2026:11:21:22.374] mqtt mqtt/<NOSRV> 302/-1/301 0 sQ 3/3/2/0/0 0/1',
  refused: '127.0.0.1:33504 [21/Nov/2026:11:22:23.377] f b/s1 1/-1/903 0 cC 1/1/0/0/3 0/0',
  mute: '127.0.0.1:41880 [21/Nov/2026:11:22:32.619] f b/s1 1/0/700 0 cD 1/1/0/0/0 0/0',
  handshake: '127.0.0.1:48018 [21/Nov/2026:05:00:00.456] mqtts_frontend/1: SSL handshake failure',
}

describe('a traffic line', () => {
  it('is read with its client, whole or behind a syslog prefix', () => {
    expect(parseTrafficLine(lines.mismatch)).toEqual({
      client: '127.0.0.1:48015',
      frontend: 'mqtt_frontend',
      backend: 'mqtt_backend',
      server: 'server1',
      bytes: 0,
      termination: 'SD',
      total: 2,
      retries: 0,
      status: undefined,
    })
    expect(parseTrafficLine(lines.keepalive)?.client).toBe('127.0.0.1:48016')
    expect(parseTrafficLine(lines.silent)?.client).toBe('[::1]:48017')
    expect(parseTrafficLine(lines.handshake)).toBeUndefined()
  })

  it('tells a frontend without a backend from a backend without a server', () => {
    expect(explainLogLine(lines.noBackend).join()).toMatch(/frontend mqtts_frontend has no default_backend/)
    expect(explainLogLine(lines.allDown).join()).toMatch(/no server of backend mqtt_backend is up/)
  })

  it('suspects the PROXY header where the broker closed without a byte', () => {
    expect(explainLogLine(lines.mismatch).join()).toMatch(/wanted a PROXY header/)
    expect(explainLogLine(lines.silent).join()).toMatch(/wanted a PROXY header/)
  })

  it('names keepalive and timeout client for cD', () => {
    expect(explainLogLine(lines.keepalive).join()).toMatch(/timeout client .* keepalive/)
  })

  it('says nothing where nothing is wrong', () => {
    expect(explainLogLine(lines.good)).toEqual([])
    expect(explainLogLine('')).toEqual([])
  })

  it('says what kept a connection from getting a server where there was one', () => {
    // A frontend and a backend of the same name, as in "listen".
    const rule = explainLogLine(lines.rule).join()
    expect(rule).toMatch(/^PR, before a server was chosen: .*no MQTT CONNECT/)
    expect(rule).not.toContain('default_backend')
    expect(explainLogLine(lines.queue).join()).toMatch(/^sQ, before a server was chosen: .*maxconn/)
    expect(explainLogLine(lines.refused).join()).toMatch(/^cC: .*nothing listens/)
  })

  it('does not blame the keepalive of a client that never sent a CONNECT', () => {
    expect(explainLogLine(lines.mute).join()).toMatch(/never sent a whole CONNECT/)
    expect(explainLogLine(lines.mute).join()).not.toContain('keepalive')
  })

  it.each([
    ['SSL handshake failure (error:0A00010B:SSL routines::wrong version number)', /does not speak TLS/],
    ['SSL handshake failure (error:0A0000C7:SSL routines::peer did not return a certificate)', /showed no certificate/],
    [
      'SSL handshake failure (error:0A000418:SSL routines::tlsv1 alert unknown ca)',
      /refuses the certificate of HAProxy/,
    ],
    ['SSL handshake failure (error:0A0000C1:SSL routines::no shared cipher)', /cipher in common/],
    ['SSL handshake failure (error:0A000102:SSL routines::unsupported protocol)', /ssl-min-ver/],
    ['SSL handshake failure', /trusts another CA/],
    ['SSL client certificate not trusted', /has expired or was revoked, or is signed by a CA/],
    ['Connection closed during SSL handshake', /left before TLS was done/],
    ['Timeout during SSL handshake', /never begun or never finished/],
    ['Received something which does not look like a PROXY protocol header', /lacks send-proxy/],
    ['Truncated PROXY protocol header received', /in the middle/],
    ['Received an invalid PROXY protocol header', /malformed/],
    ['Timeout while waiting for PROXY protocol header', /nothing came/],
    ['Connection closed while waiting for PROXY protocol header', /health check/],
  ])('explains, in one sentence, "%s"', (said, meaning) => {
    const explained = explainLogLine(`127.0.0.1:48018 [21/Nov/2026:05:00:00.456] mqtts_frontend/1: ${said}`)
    expect(explained).toEqual([expect.stringMatching(meaning)])
  })

  it('knows a failed handshake', () => {
    expect(explainLogLine(lines.handshake).join()).toMatch(/TLS failed/)
  })
})

function summaryOf(log: readonly string[]) {
  const reader = new LogReader()
  for (const line of log) reader.add(line)
  return reader.summary()
}

describe('a log', () => {
  it('counts lines that say the same together, and says how many it does not know', () => {
    const other = lines.handshake.replaceAll('48018', '50123')
    const found = summaryOf([lines.good, '', lines.handshake, 'something else', lines.keepalive, other])
    expect(found).toMatchObject({ lines: 6, normal: 1, unknown: 1, examples: [{ number: 4, line: 'something else' }] })
    expect(found.groups.map(({ count, first, last }) => [count, first, last])).toEqual([
      [2, 3, 6],
      [1, 5, 5],
    ])
    expect(found.groups[0]?.line).toBe(lines.handshake)
    expect(summaryOf([])).toMatchObject({ lines: 0, unknown: 0, groups: [] })
  })

  it('keeps little of a large log, and counts all of it', () => {
    const many = Array.from({ length: 20_000 }, (_, at) =>
      at % 2 === 0 ? lines.keepalive.replace('60001', String(60_000 + at)) : `unheard-of ${at} ${'x'.repeat(5000)}`,
    )
    const found = summaryOf(many)
    expect(found.unknown).toBe(10_000)
    expect(found.groups.map(({ count }) => count)).toEqual([10_000])
    expect(JSON.stringify(found).length).toBeLessThan(5000)
  })
})

describe('codes', () => {
  it('knows every cause in every state, and nothing else', () => {
    for (const cause of 'CSPLRIDUKcs-')
      for (const state of 'RQCHDLT-') expect(explainTermination(cause + state)).toBeDefined()
    for (const code of ['', 'c', 'xx', 'c?', 'cDx']) expect(explainTermination(code)).toBeUndefined()
    expect(explainTermination('CD--')?.meaning).toBe(explainTermination('CD')?.meaning)
  })

  it('keeps the two versions of MQTT apart', async () => {
    expect(explainReasonCode('3.1.1', 5)).toMatch(/not authorised/)
    expect(explainReasonCode('5.0', 5)).toBeUndefined()
    expect(explainReasonCode('5.0', 0x87)).toMatch(/not authorised/)
    expect(await explain('0x87')).toEqual(await explain('135'))
    expect((await explain('4')).map((one) => one.kind)).toEqual(['MQTT 3.1.1 return code', 'MQTT 5.0 reason code'])
  })

  it('explains rules and log texts too, and suggests what was meant', async () => {
    expect((await explain('MP401'))[0]).toMatchObject({ kind: 'rule', code: 'MP401' })
    expect((await explain('<NOSRV>'))[0]?.kind).toBe('log text')
    expect((await explain(lines.noBackend))[0]?.causes?.[0]).toMatch(/default_backend/)
    expect((await explain('mp-p301'))[0]).toMatchObject({
      kind: 'finding',
      code: 'MP-P301',
      meaning: expect.stringContaining('trusted'),
    })
    await expect(explain('MP-P3O1')).rejects.toThrow(
      expect.objectContaining({ hints: expect.arrayContaining(['did you mean MP-P301?']) }),
    )
    expect(await explain('nosrv')).toEqual(await explain('<NOSRV>'))
    expect(await explain('p301')).toEqual(await explain('MP-P301'))
    await expect(explain('MP4O1')).rejects.toThrow(/nothing is known/)
  })

  it('names the code of a CONNACK in a few words, where it has a name', () => {
    expect(connackText(0)).toBe('CONNACK 0 (accepted)')
    expect(connackText(4)).toBe('CONNACK 4 (bad user name or password)')
    expect(connackText(135)).toBe('CONNACK 135 (not authorised)')
    expect(connackText(99)).toBe('CONNACK 99')
  })

  it('takes MQTT codes by their names and as logs write them', async () => {
    expect((await explain('Not authorized')).map((one) => one.code)).toEqual(['5 (0x05)', '135 (0x87)'])
    expect((await explain('bad-user-name or PASSWORD')).map((one) => one.code)).toEqual(['4 (0x04)', '134 (0x86)'])
    for (const text of ['rc=5', 'CONNACK 5', 'return code 5', 'code: 0x05'])
      expect(await explain(text)).toEqual(await explain('5'))
    const kinds = async (text: string) => (await explain(text)).map((one) => one.kind)
    expect(await kinds('CONNACK 4')).toEqual(['MQTT 3.1.1 return code'])
    expect(await kinds('rc=2')).toEqual(['MQTT 3.1.1 return code'])
    expect(await kinds('CONNACK 0')).toEqual(['MQTT 3.1.1 return code', 'MQTT 5.0 reason code'])
    expect(await kinds('CONNACK 134')).toEqual(['MQTT 5.0 reason code'])
    expect(await kinds('reason code 4')).toEqual(['MQTT 5.0 reason code'])
    expect(await kinds('DISCONNECT 4')).toEqual(['MQTT 5.0 reason code'])
  })
})

describe('errors', () => {
  it('has a sentence for every code of the source, and for no other', async () => {
    const known = Object.keys(errorCodes)
    const source = sourceFiles().filter((file) => file.path !== 'explain/error-codes.ts')
    const used = new Set(
      source.flatMap((file) => [...file.text.matchAll(/'(MP-[A-Z][A-Z0-9-]*[A-Z0-9])'/g)].map((m) => m[1] ?? '')),
    )
    const wanted = [...used].filter((code) => !/^MP-P\d/.test(code))
    expect(wanted.length).toBeGreaterThan(100)
    expect(wanted.filter((code) => !known.includes(code))).toEqual([])
    expect(known.filter((code) => !wanted.includes(code))).toEqual([])
    expect((await explain('MP-MQTT-KEEPALIVE'))[0]?.meaning).toContain('exceeded timeout')
    expect((await explain('mp-no-connack'))[0]).toMatchObject({ kind: 'error', code: 'MP-NO-CONNACK' })
  })
})
