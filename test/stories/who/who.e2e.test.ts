import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endAll } from '../../../src/host/process/lifetime.js'
import { runProgram } from '../../../src/host/process/run-program.js'
import { examineLive } from '../../../src/stories/doctor/live.js'
import { type WhoRequest, whoIs } from '../../../src/stories/who/who.js'
import { type LiveLab, startLiveLab } from './live-lab.js'

const cli = join(import.meta.dirname, '../../../bin/run.js')
const request = (more: Partial<WhoRequest>): WhoRequest => ({
  about: undefined,
  sockets: [],
  haproxyConfigs: [],
  haproxyLogs: [],
  brokerLogs: [],
  brokerApis: [],
  username: undefined,
  password: undefined,
  timeoutMs: 5000,
  ...more,
})

afterAll(endAll)

describe.each(['2.6', '3.0', '3.2', '3.4'])('HAProxy %s', (release) => {
  let lab: LiveLab
  beforeAll(async () => {
    lab = await startLiveLab(release)
  })
  afterAll(async () => {
    await lab?.haproxy.stop()
    await lab?.broker.stop()
  })

  it('who names each client, its way and what the broker knows it as', async () => {
    const clients = [await lab.client('dev-1'), await lab.client('dev-2')]
    const { rows, all } = await whoIs(request({ about: 'dev-1', sockets: [lab.socket], brokerLogs: [lab.brokerLog] }))
    expect(all).toBe(2)
    expect(rows).toMatchObject([
      {
        broker: { clientId: 'dev-1', username: 'alice', address: clients[0]?.local, keepalive: 60 },
        hops: [{ client: clients[0]?.local, frontend: 'mqtts', server: 'm1', tls: true }],
        by: 'client address',
      },
    ])
    for (const one of clients) one.end()
  })

  it("who adds TLS facts from HAProxy's log, of this session and no other", async () => {
    const client = await lab.client('dev-3')
    const begun = (line: string) => line.includes(`${client.local} [`)
    await lab.haproxy.log.waitFor(begun, 5000)
    const line = lab.haproxy.log.lines().find(begun) ?? ''
    const log = join(lab.folder, 'haproxy.log')
    const ask = async (text: string) => {
      writeFileSync(log, text)
      const asked = { about: 'dev-3', sockets: [lab.socket], brokerLogs: [lab.brokerLog], haproxyLogs: [log] }
      return whoIs(request(asked))
    }
    expect((await ask(`${line}\n`)).rows[0]?.logged).toMatchObject({ tls: 'TLSv1.3', cn: 'alice' })
    // The same port, a minute before.
    const earlier = line.replace(/:\d\d\.\d{3}\]/, ':61.000]')
    const { rows, notes } = await ask(`${earlier}\n`)
    expect(rows[0]?.logged).toBeUndefined()
    expect(notes).toEqual([expect.stringMatching(/has no line of 1 of 1 sessions yet.*option logasap/)])
    client.end()
  })

  it('doctor --live explains what is down, counts lost headers, reads certificates and compares timeouts', async () => {
    const client = await lab.client('k90', 90)
    await new Promise<void>((resolve) => {
      const socket = connect(lab.ports.wants, '127.0.0.1', () => socket.write('GET / HTTP/1.0\r\n\r\n'))
      socket.on('error', () => {})
      socket.on('close', () => resolve())
      socket.resume()
    })
    const { items, ok, verdict } = await examineLive(lab.socket, lab.brokerLog, Date.now())
    const find = (id: string) => items.filter((one) => one.id === id)
    expect(ok).toBe(false)
    expect(find('server down')[0]).toMatchObject({ text: expect.stringContaining('dead/d1') })
    expect(find('headers and TLS').map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^wants: \d of \d connections ended before/),
    )
    expect([...find('certificates'), ...find('certificate')][0]?.text).toMatch(/ends in \d+ days/)
    expect(find('timeouts')[0]).toMatchObject(release === '2.6' ? { status: '-' } : { status: 'wrong' })
    expect(verdict).toMatch(/^Live: .*server down/)
    client.end()
  })

  it('who finds sessions that an old worker still holds, and doctor --live counts them', async () => {
    const client = await lab.client('stays')
    lab.haproxy.signal('SIGUSR2')
    await expect
      .poll(
        async () => (await examineLive(lab.master, undefined, Date.now())).items.find(({ id }) => id === 'old workers'),
        {
          timeout: 20_000,
        },
      )
      .toMatchObject({ status: 'warning', text: '1 from before a reload, 1 session on them' })
    const byMaster = await whoIs(request({ about: 'stays', sockets: [lab.master], brokerLogs: [lab.brokerLog] }))
    expect(byMaster.rows).toMatchObject([{ broker: { clientId: 'stays' }, missing: [] }])
    const { items } = await examineLive(lab.socket, lab.brokerLog, Date.now())
    expect(items.find(({ id }) => id === 'old workers')).toMatchObject({ status: 'warning' })
    // The new worker does not know it: the reason is said.
    const bySocket = await whoIs(request({ about: 'stays', sockets: [lab.socket], brokerLogs: [lab.brokerLog] }))
    expect(bySocket.rows).toMatchObject([{ hops: [], missing: [expect.stringContaining('old worker')] }])
    client.end()
  })

  it('a socket of level user is not enough, and says so', async () => {
    await expect(examineLive(`${lab.socket}-user`, undefined, Date.now())).rejects.toMatchObject({
      code: 'MP-LIVE-LEVEL',
      exit: 3,
    })
  })
})

describe('bad input', () => {
  let lab: LiveLab
  beforeAll(async () => {
    lab = await startLiveLab('3.2')
  })

  const fails = (more: Partial<WhoRequest>) =>
    whoIs(request(more)).then(
      () => undefined,
      (error: unknown) => error,
    )

  it('a socket that is not there, is a file, or has nobody behind it', async () => {
    const file = join(lab.folder, 'file')
    writeFileSync(file, '')
    expect(await fails({ sockets: [join(lab.folder, 'none')] })).toMatchObject({ code: 'MP-LIVE-SOCKET', exit: 2 })
    expect(await fails({ sockets: [file] })).toMatchObject({ code: 'MP-LIVE-SOCKET', exit: 2 })
    expect(await fails({ sockets: [`127.0.0.1:${lab.ports.bare === 1 ? 2 : 1}`] })).toMatchObject({
      code: 'MP-LIVE-SOCKET',
      exit: 4,
    })
  })

  it.each([
    ['closes', ''],
    ['answers as a web server', 'HTTP/1.0 400 Bad Request\r\n\r\n'],
    ['answers with another info', 'Name: Varnish\nVersion: 7\n'],
  ])('a socket of another program that %s', async (name, text) => {
    const path = join(lab.folder, `other-${name.length}`)
    const server = createServer((socket) => socket.once('data', () => socket.end(text)))
    await new Promise<void>((resolve) => server.listen(path, () => resolve()))
    expect(await fails({ sockets: [path] })).toMatchObject({ code: 'MP-LIVE-SOCKET', exit: 2 })
    server.close()
  })

  it('logs that are none of a broker', async () => {
    const file = join(lab.folder, 'haproxy.log')
    writeFileSync(file, '127.0.0.1:39334 [27/Nov/2026:02:46:24.490] mqtts~ b/m1 91/10/13764 4 -- 1/1/0/0/0 0/0\n')
    expect(await fails({ sockets: [lab.socket], brokerLogs: [file] })).toMatchObject({
      code: 'MP-BROKER-LOG',
      exit: 2,
      hints: [`it is HAProxy's: --haproxy-log ${file}`],
    })
    expect(await fails({ sockets: [lab.socket], brokerLogs: [join(lab.folder, 'none')] })).toMatchObject({
      code: 'MP-LOG',
      exit: 2,
    })
    expect(await fails({ sockets: [lab.socket], brokerLogs: [lab.folder] })).toMatchObject({ code: 'MP-LOG', exit: 2 })
    expect(await fails({ sockets: [lab.socket], haproxyLogs: [lab.brokerLog] })).toMatchObject({
      code: 'MP-HAPROXY-LOG',
      exit: 2,
    })
  })

  it('no permission is told as such', () => {
    const folder = join(lab.folder, 'closed')
    mkdirSync(folder)
    chmodSync(folder, 0o000)
    // Root may everything: it asks as somebody else.
    const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
    const args = [cli, 'who', '--json', '--socket', join(folder, 's')]
    const { status, stdout } = spawnSync(process.execPath, args, { ...nobody, encoding: 'utf8', cwd: '/' })
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'MP-LIVE-SOCKET', message: expect.stringMatching(/^no permission/) },
    })
    expect(status).toBe(3)
  })

  it('the command tells it in one line, and exits 1 where nobody is called so', async () => {
    const client = await lab.client('dev-1')
    const args = ['--haproxy-config', lab.config, '--broker-log', lab.brokerLog]
    const [known, unknown] = await Promise.all(
      ['alice', 'bob'].map((name) => runProgram(process.execPath, [cli, 'who', name, ...args])),
    )
    expect(known?.stdout).toMatch(
      /^CLIENT .*\ndev-1 +127\.0\.0\.1:\d+ +yes +mqtts 127\.0\.0\.1:\d+ +brokers\/m1 .*user alice/,
    )
    expect(known?.code).toBe(0)
    expect(unknown?.stdout).toMatch(/^0 of 1 session, 0 joined/)
    expect(unknown?.code).toBe(1)
    client.end()
  })
})
