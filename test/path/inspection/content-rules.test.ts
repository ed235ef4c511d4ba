import { describe, expect, it } from 'vitest'
import { readBroker } from '../../../src/brokers/index.js'
import { applyEdits } from '../../../src/config/edit.js'
import { parseHaproxy } from '../../../src/config/haproxy/parse.js'
import { viewHaproxy } from '../../../src/config/haproxy/view.js'
import { readPaths } from '../../../src/path/index.js'
import { inspectionCases, inspectionConfig } from '../inspection-cases.js'

const broker = 'listener 2001 127.0.0.1\nallow_anonymous true\nlistener 2002 127.0.0.1\n'

function found(text: string) {
  const { mismatches } = readPaths({
    haproxies: [viewHaproxy([parseHaproxy(text, 'h.cfg').document])],
    brokers: [readBroker('mosquitto', broker, 'm.conf')],
  })
  return mismatches.filter((one) => one.kind === 'bytes-not-awaited')
}

describe('a rule that looks at the first bytes', () => {
  it.each(inspectionCases.map((one) => [one.name, one] as const))('%s', (_, one) => {
    const findings = found(inspectionConfig(one, 2000, 2001, 2002))
    expect(findings).toHaveLength(one.truth === 'waits' && one.pieces !== 'wrong' ? 0 : 1)
    if (one.pieces === 'wrong')
      expect(findings[0]).toMatchObject({ severity: 'warning', message: expect.stringContaining('in pieces') })
    if (one.truth === 'cuts') expect(findings[0]?.message).toContain('every client is cut off')
    if (one.truth === 'goes on') expect(findings[0]?.message).toContain('clients go elsewhere')
  })

  it.each(
    inspectionCases
      .filter((one) => one.truth !== 'waits' || one.pieces === 'wrong')
      .map((one) => [one.name, one] as const),
  )('%s: the remedy mends it', (_, one) => {
    const text = inspectionConfig(one, 2000, 2001, 2002)
    const edits = found(text)[0]?.remedy?.edits
    if (edits !== undefined) expect(found(applyEdits(text, edits))).toEqual([])
    // Where a rule decides above, nobody but the owner can say what it is for.
    else
      expect(one.name).toMatch(
        /accepts everybody first|always holds|not set yet|no bytes|first byte|by an older name|an ACL|before the source|are there|two lines|the negation/,
      )
  })

  it('names the line that cuts, and says what else looks', () => {
    const text = inspectionConfig(
      {
        name: '',
        front: [
          'tcp-request content reject unless { req.payload(0,0),mqtt_is_valid }',
          'use_backend B if { req.len gt 9 }',
        ],
        truth: 'cuts',
      },
      2000,
      2001,
      2002,
    )
    const [one] = found(text)
    expect([one?.at.line, one?.related?.map(({ span }) => span.line)]).toEqual([8, [9]])
    expect(one?.remedy?.text).toBe('tcp-request inspect-delay 5s')
  })

  it('is silent in mode http, on a disabled proxy, where bytes come before the connection, and on what is no MQTT', () => {
    const rule = 'tcp-request content reject unless { req.payload(0,1) -m bin 10 }'
    const text = inspectionConfig({ name: '', front: [rule], truth: 'cuts' }, 2000, 2001, 2002)
    expect(found(text)).toHaveLength(1)
    for (const [from, to] of [
      ['mode tcp', 'mode http'],
      ['frontend f\n', 'frontend f\n    disabled\n'],
      [':2000', ':2000 defer-accept'],
      ['server s 127.0.0.1:200', 'server s 10.0.0.1:300'],
    ] as const) {
      const changed = text.replaceAll(from, to).replaceAll(/server t .*/g, '')
      expect(changed).not.toBe(text)
      expect(found(changed)).toEqual([])
    }
    expect(found(text.replace(':2000', ':2000 defer-accept accept-proxy'))).toHaveLength(1)
  })
})
