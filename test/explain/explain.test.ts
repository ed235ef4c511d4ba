import { describe, expect, it } from 'vitest'
import { explain, explainLines } from '../../src/actions/explain.js'
import { explainLogLine, parseTrafficLine } from '../../src/explain/log-line.js'
import { explainReasonCode } from '../../src/explain/reason-codes.js'
import { explainTermination } from '../../src/explain/termination.js'

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

  it('knows a failed handshake', () => {
    expect(explainLogLine(lines.handshake).join()).toMatch(/TLS failed/)
  })
})

describe('a log', () => {
  it('is explained line by line, as far as a line says something', () => {
    const log = [lines.good, '', lines.handshake, 'something else', lines.keepalive].join('\r\n')
    const found = explainLines(log)
    expect(found.map(({ code }) => code)).toEqual(['line 3', 'line 5'])
    expect(found[0]?.meaning).toMatch(/TLS failed/)
    expect(found[1]?.more).toContain(lines.keepalive)
    expect(explainLines('')).toEqual([])
  })
})

describe('codes', () => {
  it('knows every cause in every state, and nothing else', () => {
    for (const cause of 'CSPLRIDUKcs-')
      for (const state of 'RQCHDLT-') expect(explainTermination(cause + state)).toBeDefined()
    for (const code of ['', 'c', 'xx', 'c?', 'cDx']) expect(explainTermination(code)).toBeUndefined()
    expect(explainTermination('CD--')?.meaning).toBe(explainTermination('CD')?.meaning)
  })

  it('keeps the two versions of MQTT apart', () => {
    expect(explainReasonCode('3.1.1', 5)).toMatch(/not authorised/)
    expect(explainReasonCode('5.0', 5)).toBeUndefined()
    expect(explainReasonCode('5.0', 0x87)).toMatch(/not authorised/)
    expect(explain('0x87')).toEqual(explain('135'))
    expect(explain('4').map((one) => one.kind)).toEqual(['MQTT 3.1.1 return code', 'MQTT 5.0 reason code'])
  })

  it('explains rules and log texts too, and suggests what was meant', () => {
    expect(explain('MP401')[0]).toMatchObject({ kind: 'rule', code: 'MP401' })
    expect(explain('<NOSRV>')[0]?.kind).toBe('log text')
    expect(explain(lines.noBackend)[0]?.meaning).toMatch(/default_backend/)
    expect(explain('mp-p301')[0]).toMatchObject({
      kind: 'finding',
      code: 'MP-P301',
      meaning: expect.stringContaining('believed'),
    })
    expect(() => explain('MP-P3O1')).toThrow(
      expect.objectContaining({ hints: expect.arrayContaining(['did you mean MP-P301?']) }),
    )
    expect(() => explain('MP4O1')).toThrow(/nothing is known/)
  })
})
