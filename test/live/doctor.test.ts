import { describe, expect, it } from 'vitest'
import { BrokerLogReader } from '../../src/live/broker-log.js'
import { liveItems, liveVerdict } from '../../src/live/doctor/items.js'
import type { Readings } from '../../src/live/doctor/readings.js'
import { parseSessions } from '../../src/live/runtime/sessions.js'
import { type Info, parseCertificate, parseInfo, parseStat, type StatRow } from '../../src/live/runtime/tables.js'
import { answer, mosquittoLog, releases } from './fixtures.js'

const now = Date.parse('2026-11-27T03:00:00Z')

function readings(release: (typeof releases)[number], more: Partial<Readings> = {}): Readings {
  const reader = new BrokerLogReader()
  for (const line of mosquittoLog(release)) if (!line.includes('disconnected')) reader.push(line)
  const certificate = parseCertificate('server.pem', answer(release, 'show_ssl_cert_NAME'))
  return {
    info: parseInfo(answer(release, 'show_info')) ?? new Map(),
    stat: parseStat(answer(release, 'show_stat')),
    sessions: parseSessions(answer(release, 'show_sess_all')),
    certificates: certificate === undefined ? [] : [certificate],
    unasked: [],
    old: [],
    clientPorts: [32_768, 60_999],
    broker: { ...reader.result(), file: 'mosquitto.log' },
    now,
    ...more,
  }
}

const find = (all: Readings, id: string) => liveItems(all).filter((one) => one.id === id)

function changed<T extends Info | StatRow>(
  map: T,
  values: Readonly<Record<string, string>>,
): ReadonlyMap<string, string> {
  return new Map([...map, ...Object.entries(values)])
}

describe.each(releases)('a running HAProxy %s', (release) => {
  it('is told as it was recorded: a server down with its check explained, a frontend that got no header', () => {
    const all = readings(release)
    const down = find(all, 'server down')
    expect(down).toMatchObject([
      { status: 'wrong', text: expect.stringMatching(/^dead\/d1 at 127\.0\.0\.1:\d+ for .*Connection refused/) },
    ])
    expect(down[0]?.details.join('\n')).toMatch(/could not connect.*\n.*the broker is not running/)
    expect(find(all, 'servers')).toMatchObject([{ text: '1 of 3 up, in maintenance: dead/d2' }])
    expect(find(all, 'backend')).toMatchObject([{ status: 'wrong', text: expect.stringContaining('dead') }])
    expect(find(all, 'headers and TLS')).toMatchObject([
      { status: 'warning', text: 'wants: 1 of 1 connections ended before they were a session' },
    ])
    expect(find(all, 'certificates')).toMatchObject([{ status: 'ok', text: '1, the first ends in 29 days' }])
    expect(find(all, 'broker log')).toMatchObject([
      { status: 'warning', text: expect.stringContaining('1 client connected') },
    ])
    expect(liveVerdict(liveItems(all))).toMatch(/^Live: 2 wrong \(server down, backend\), \d to look at/)
  })

  it('says what the timeouts are, or that it cannot', () => {
    const [item] = find(readings(release), 'timeouts')
    // Keepalive 60 needs 90 seconds; 100 are there, and before 3.0 only what is left of them can be seen: 98.
    expect(item).toMatchObject({ status: 'ok', text: 'longer than 1.5 times the keepalive of 1 session' })
  })
})

describe('timeouts against keepalives', () => {
  const keepalive = (seconds: number, release: '2.6' | '3.2' = '3.2') => {
    const all = readings(release)
    const sessions = (all.broker?.sessions ?? []).map((one) => ({ ...one, keepalive: seconds }))
    return find({ ...all, ...(all.broker && { broker: { ...all.broker, sessions } }) }, 'timeouts')[0]
  }

  it('are too short from one and a half times on', () => {
    expect(keepalive(66)?.status).toBe('ok')
    expect(keepalive(67)).toMatchObject({ status: 'wrong', next: [expect.stringContaining('timeout client 111s')] })
    expect(keepalive(0)?.status).toBe('-')
    expect(keepalive(67, '2.6')).toMatchObject({ status: '-', text: expect.stringContaining('not known for 1 of 1') })
  })

  it('are not known without sessions, or without the log of the broker', () => {
    expect(find(readings('3.2', { sessions: [] }), 'timeouts')).toMatchObject([{ status: '-' }])
    expect(find(readings('3.2', { broker: undefined }), 'timeouts')).toMatchObject([
      { status: '-', next: ['add --broker-log FILE'] },
    ])
  })
})

describe('headroom', () => {
  it.each([
    [399, 'ok'],
    [400, 'warning'],
    [475, 'wrong'],
  ])('of maxconn 500 with %i connections is %s', (count, status) => {
    const all = readings('3.2')
    const info = changed(all.info, { CurrConns: String(count) })
    expect(find({ ...all, info }, 'maxconn')[0]).toMatchObject({ status })
  })

  it('of a frontend, a server and a queue of their own', () => {
    const all = readings('3.2')
    const stat = all.stat.map((row) => {
      if (row.get('pxname') === 'plain') return changed(row, { scur: '96' })
      return row.get('svname') === 'm1' ? changed(row, { scur: '9', slim: '10', qcur: '2' }) : row
    })
    expect(find({ ...all, stat }, 'maxconn').map(({ status, text }) => `${status} ${text}`)).toEqual([
      'ok the process: 1 of 500 connections (0 %)',
      'wrong plain: 96 of 100 connections (96 %)',
      'warning b/m1: 9 of 10 connections (90 %)',
    ])
    expect(find({ ...all, stat }, 'queue')).toMatchObject([{ text: '2 connections wait for b/m1' }])
  })

  it('of descriptors and ports', () => {
    const all = readings('3.2')
    expect(find(all, 'descriptors')[0]?.status).toBe('ok')
    expect(find({ ...all, info: changed(all.info, { 'Ulimit-n': '100' }) }, 'descriptors')[0]).toMatchObject({
      status: 'wrong',
    })
    expect(find(all, 'ports')[0]).toMatchObject({ status: 'ok', text: expect.stringContaining('1 of 28232') })
    expect(find({ ...all, clientPorts: [40_000, 40_000] }, 'ports')[0]).toMatchObject({ status: 'wrong' })
    expect(find({ ...all, clientPorts: undefined }, 'ports')[0]).toMatchObject({ status: '-' })
  })
})

describe('what else is told', () => {
  it('certificates that end soon, that have ended, and that cannot be asked about', () => {
    const end = (days: number) => ({ name: 'a.pem', subject: '/CN=a', notAfter: now + days * 86_400_000 + 1000 })
    const status = (days: number) => find(readings('3.2', { certificates: [end(days)] }), 'certificate')[0]?.status
    expect([status(20), status(0), status(-2)]).toEqual(['warning', 'warning', 'wrong'])
    expect(find(readings('3.2', { certificates: [end(21)] }), 'certificates')[0]?.status).toBe('ok')
    expect(find(readings('3.2', { unasked: ['a b.pem'] }), 'certificates')[0]?.text).toContain('a b.pem')
  })

  it('old workers and the sessions they hold', () => {
    expect(find(readings('3.2'), 'old workers')[0]).toMatchObject({ status: 'ok', text: 'none' })
    expect(find(readings('3.2', { old: undefined }), 'old workers')[0]).toMatchObject({ status: '-' })
    const old = [{ pid: 7, uptime: '0d00h00m11s', sessions: 3 }]
    expect(find(readings('3.2', { old }), 'old workers')[0]).toMatchObject({
      status: 'warning',
      text: '1 from before a reload, 3 sessions on them',
    })
  })

  it('failed TLS handshakes are not called missing headers, and the probe goes where the frontend is', () => {
    const all = readings('3.2')
    const [first] = all.sessions
    const entry = '127.0.0.1:8883'
    const sessions = first === undefined ? [] : [{ ...first, frontend: 'wants', entry }]
    const stat = all.stat.map((row) =>
      row.get('pxname') === 'wants' ? changed(row, { ssl_failed_handshake: '1' }) : row,
    )
    const said = (more: Partial<typeof all>) => {
      const [item] = find({ ...all, ...more }, 'headers and TLS')
      return [...(item?.details ?? []), ...(item?.next ?? [])].join('\n')
    }
    expect(said({ stat })).not.toMatch(/header/)
    expect(said({ sessions })).toMatch(/accept-proxy.*\n[\s\S]*mqtt-proxy probe 127\.0\.0\.1:8883$/)
    expect(said({ sessions: [] })).toMatch(/mqtt-proxy probe HOST:PORT$/)
  })

  it('a frontend where most connections fail is wrong', () => {
    const all = readings('3.2')
    const stat = all.stat.map((row) => (row.get('pxname') === 'wants' ? changed(row, { conn_tot: '4' }) : row))
    expect(find({ ...all, stat }, 'headers and TLS')[0]?.status).toBe('wrong')
  })
})
