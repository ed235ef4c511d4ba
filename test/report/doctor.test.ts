import { describe, expect, it } from 'vitest'
import type { DoctorItem } from '../../src/kernel/result.js'
import { doctorLines, doctorReport } from '../../src/report/doctor.js'
import { plain } from '../../src/report/style.js'

const items: readonly DoctorItem[] = [
  { id: 'haproxy', status: 'ok', text: '3.2.26 with OpenSSL', details: ['/home/me/bin/haproxy'], next: [] },
  { id: 'vernemq', status: '-', text: 'not found (optional)', details: [], next: ['name it'] },
  { id: 'mosquitto', status: 'warning', text: '2.0.21: no PROXY protocol', details: ['why'], next: ['install it'] },
]

describe('doctorLines', () => {
  it('gives details and the next step only where something is off', () => {
    expect(doctorLines(items, { all: false, quiet: false, style: plain })).toEqual([
      ' ✔ haproxy    3.2.26 with OpenSSL',
      ' - vernemq    not found (optional)',
      ' ! mosquitto  2.0.21: no PROXY protocol',
      '              why',
      '              install it',
    ])
  })

  it('gives everything when asked, and nothing that is fine when quiet', () => {
    expect(doctorLines(items, { all: true, quiet: false, style: plain })).toHaveLength(7)
    expect(doctorLines(items, { all: false, quiet: true, style: plain })).toHaveLength(3)
  })
})

describe('doctorReport', () => {
  it('is a block without the name of the user', () => {
    const text = doctorReport('0.1.0', items, 'Ready.', '/home/me')
    expect(text).toContain('~/bin/haproxy')
    expect(text).not.toContain('/home/me')
    expect(text.split('\n').slice(0, 2)).toEqual(['```', 'mqtt-proxy 0.1.0'])
  })
})
