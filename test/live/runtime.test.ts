import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { certificateCommand, isReadCommand } from '../../src/live/runtime/commands.js'
import { parseSessions } from '../../src/live/runtime/sessions.js'
import {
  counter,
  numberOf,
  parseCertificate,
  parseCertificateNames,
  parseInfo,
  parseStat,
  parseWorkers,
} from '../../src/live/runtime/tables.js'
import { answer, releases } from './fixtures.js'

describe('commands that may be sent', () => {
  it.each([
    'show info',
    'show stat',
    'show sess all',
    'show ssl cert',
    'show proc',
    'show ssl cert /etc/haproxy/certs/server.pem',
    '@!4711 show sess all',
    '@1 show info',
  ])('%s', (command) => {
    expect(isReadCommand(command)).toBe(true)
  })

  it.each([
    '',
    'show info;shutdown sessions server b/m1',
    'show info\nquit',
    'show info ',
    ' show info',
    'show sess',
    'show sess all;disable frontend x',
    'show ssl cert a.pem;commit ssl cert a.pem',
    'show ssl cert a.pem <<',
    'show ssl cert a b',
    'show ssl cert a\\ b',
    'disable server b/m1',
    'set server b/m1 state maint',
    'shutdown session 0x1',
    '@1 set server b/m1 weight 0',
    '@!1 @!2 show info',
    '@!1;show info',
    'expert-mode on; debug dev exit 1',
    'reload',
    'show env',
  ])('never: %j', (command) => {
    expect(isReadCommand(command)).toBe(false)
  })

  it('never holds more than one command, whatever a certificate is called', () => {
    const names = fc.string({ unit: fc.constantFrom(...'ab/.;<\n\r\\ "\'@!$') })
    fc.assert(
      fc.property(names, (name) => {
        const command = certificateCommand(name)
        if (command !== undefined) expect(command).not.toMatch(/[;<\n\r\\]|cert \S+ /)
      }),
    )
    expect(certificateCommand('a.pem;quit')).toBeUndefined()
    expect(certificateCommand('/etc/a.pem')).toBe('show ssl cert /etc/a.pem')
  })
})

describe.each(releases)('what HAProxy %s answers', (release) => {
  it('says who it is', () => {
    const info = parseInfo(answer(release, 'show_info'))
    expect(info?.get('Version')).toMatch(new RegExp(`^${release.replace('.', '\\.')}\\.`))
    expect(info && numberOf(info, 'Maxconn')).toBe(500)
    expect(info && numberOf(info, 'Nothing')).toBeUndefined()
  })

  it('lists the one session of a client, and not its own command line', () => {
    const sessions = parseSessions(answer(release, 'show_sess_all'))
    expect(sessions).toHaveLength(1)
    expect(sessions[0]).toMatchObject({
      client: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      frontend: 'mqtts',
      entry: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      tls: true,
      backend: 'b',
      server: 'm1',
      serverAddress: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      own: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      ageSeconds: 2,
      since: expect.stringMatching(/^27\/Nov\/2026:/),
      clientSide: { leftMs: expect.any(Number), timeoutMs: release === '2.6' ? undefined : 100_000 },
      serverSide: { leftMs: expect.any(Number), timeoutMs: release === '2.6' ? undefined : 100_000 },
    })
    const [one] = sessions
    expect(new Set([one?.client, one?.entry, one?.own, one?.serverAddress]).size).toBe(4)
    expect(one?.clientSide.leftMs).toBeGreaterThan(90_000)
    expect(one?.serverSide.leftMs).toBeGreaterThan(90_000)
  })

  it('counts by frontend, backend and server', () => {
    const rows = parseStat(answer(release, 'show_stat'))
    const find = (proxy: string, server: string) =>
      rows.find((row) => row.get('pxname') === proxy && row.get('svname') === server) ?? new Map()
    expect(find('dead', 'd1').get('status')).toBe('DOWN')
    expect(find('dead', 'd1').get('last_chk')).toMatch(/Connection refused/)
    expect(find('dead', 'd2').get('status')).toBe('MAINT')
    expect(find('b', 'm1').get('status')).toBe('UP')
    // A client that sent no header: a connection, and no session.
    expect([counter(find('wants', 'FRONTEND'), 'conn_tot'), counter(find('wants', 'FRONTEND'), 'stot')]).toEqual([1, 0])
  })

  it('knows its certificates', () => {
    const names = parseCertificateNames(answer(release, 'show_ssl_cert'))
    expect(names).toEqual(['/etc/haproxy/certs/haproxy/server.pem'])
    expect(parseCertificate('x', answer(release, 'show_ssl_cert_NAME'))).toEqual({
      name: 'x',
      notAfter: Date.parse('2026-12-27T02:42:29Z'),
      subject: '/CN=localhost',
    })
  })

  it('lists workers from before a reload', () => {
    const workers = parseWorkers(answer(release, 'show_proc')) ?? []
    expect(workers.map(({ old, reloads }) => [old, reloads])).toEqual([
      [false, 0],
      [true, 1],
    ])
  })
})

describe('answers that are none', () => {
  it.each(['', 'HTTP/1.0 400 Bad request', 'Name: Varnish\nVersion: 7', 'Unknown command'])('%j', (text) => {
    expect(parseInfo(text)).toBeUndefined()
    expect(parseStat(text)).toEqual([])
    expect(parseWorkers(text)).toBeUndefined()
    expect(parseSessions(text)).toEqual([])
  })

  it('reads names with commas and quotes', () => {
    const [row] = parseStat('# pxname,svname,qcur,\n"a,""b",FRONTEND,3,\n')
    expect([...(row ?? [])].slice(0, 3)).toEqual([
      ['pxname', 'a,"b'],
      ['svname', 'FRONTEND'],
      ['qcur', '3'],
    ])
  })

  it('takes the sessions that are whole of an answer that was cut off', () => {
    const text = answer('3.2', 'show_sess_all')
    expect(parseSessions(text.slice(0, 300))).toHaveLength(1)
    expect(parseSessions(text.slice(0, 80))).toEqual([])
  })
})
