import { writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeWorkdir, type Workdir } from '../../../src/host/files/workdir.js'
import { checkHaproxyConfig, haproxyFacts, startHaproxy } from '../../../src/host/haproxy/haproxy.js'
import { freePorts } from '../../../src/host/net/ports.js'
import { endAll, own, owned } from '../../../src/host/process/lifetime.js'
import { findProgram } from '../../../src/host/process/programs.js'

const { program } = await findProgram('haproxy')
let folder: Workdir
let front: number
let back: number

beforeEach(async () => {
  folder = await makeWorkdir('test')
  ;[front = 0, back = 0] = await freePorts(2)
})
afterEach(endAll)

function write(name: string, text: string): string {
  const file = join(folder.path, name)
  writeFileSync(file, text)
  return file
}

function config(name = 'f.cfg', port = front, more = ''): string {
  return write(
    name,
    `global
    log stdout format raw local0
defaults
    mode tcp
    log global
    option tcplog
    timeout connect 1s
    timeout client 5s
    timeout server 5s
frontend front
    bind 127.0.0.1:${port}
    default_backend back
backend back
    ${more}
    server one 127.0.0.1:${back}
`,
  )
}

function start(files: readonly string[], port = front, master = false) {
  return startHaproxy({ program, files, folder: folder.path, listeners: [{ host: '127.0.0.1', port }], master })
}

/** Sends a line and returns what comes back, with our end of the connection. */
function ask(port: number, text: string): Promise<{ answer: string; client: string; end: () => void }> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.once('error', reject)
    socket.once('data', (data) =>
      resolve({ answer: data.toString(), client: `127.0.0.1:${socket.localPort}`, end: () => socket.end() }),
    )
    socket.once('close', () => reject(new Error('closed without an answer')))
  })
}

async function echo(): Promise<{ count: () => number }> {
  let count = 0
  const server = createServer((socket) => {
    count++
    socket.on('error', () => undefined)
    socket.pipe(socket)
  })
  await new Promise<void>((resolve) => server.listen(back, '127.0.0.1', resolve))
  own('echo server', () => void server.close())
  return { count: () => count }
}

describe('haproxyFacts', () => {
  it('reads version and features from the program', async () => {
    const facts = await haproxyFacts(program)
    expect(facts.version).toMatch(/^\d+\.\d+\.\d+$/)
    expect(facts.openssl).toBe(true)
    expect(facts.features).toContain('EPOLL')
  })

  it('does not take another program for HAProxy', async () => {
    await expect(haproxyFacts(process.execPath)).rejects.toMatchObject({ code: 'MP-HAPROXY', exit: 3 })
  })
})

describe('checkHaproxyConfig', () => {
  it('accepts a good file and places the error of a bad one', async () => {
    expect(await checkHaproxyConfig(program, [config()])).toMatchObject({ ok: true })
    const bad = config('bad.cfg', front, 'no-such-keyword 1')
    const verdict = await checkHaproxyConfig(program, [bad])
    expect(verdict.ok).toBe(false)
    const alert = verdict.messages.find((message) => message.severity === 'ALERT')
    expect(alert).toMatchObject({ text: expect.stringContaining('no-such-keyword'), at: { file: bad, line: 14 } })
  })
})

describe('startHaproxy', () => {
  it('is ready when it returns, relays, and finds the log lines of one client', async () => {
    const server = await echo()
    const haproxy = await start([config()])
    expect(server.count()).toBe(0)
    const one = await ask(front, 'hello')
    const two = await ask(front, 'hello')
    one.end()
    two.end()
    expect(one.answer).toBe('hello')
    const lines = await haproxy.logOf(one.client)
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('front back/one')
    await haproxy.stop()
    expect(haproxy.alive()).toBe(false)
    expect(owned().join()).not.toContain('haproxy')
  })

  it('says which port is taken, also when another HAProxy has it', async () => {
    await start([config()])
    await expect(start([config('g.cfg')])).rejects.toMatchObject({
      code: 'MP-PORT-TAKEN',
      exit: 3,
      message: expect.stringContaining(`port ${front}`),
    })
  })

  it('says which port is taken when it is one that nobody asked about', async () => {
    await start([config()])
    const both = config('g.cfg', back, `server two 127.0.0.1:1\nlisten again\n    bind 127.0.0.1:${front}`)
    await expect(start([both], back)).rejects.toMatchObject({
      code: 'MP-PORT-TAKEN',
      message: expect.stringContaining(`port ${front}`),
    })
  })

  it('gives HAProxy its word on a file it refuses, with the place', async () => {
    const bad = config('bad.cfg', front, 'no-such-keyword 1')
    await expect(start([bad])).rejects.toMatchObject({
      code: 'MP-HAPROXY-CONFIG',
      exit: 3,
      at: { file: bad, line: 14 },
      message: expect.stringContaining('no-such-keyword'),
    })
  })

  it('reloads: live connections stay, new ones meet the new configuration', async () => {
    await echo()
    const [moved = 0] = await freePorts(1)
    const file = config()
    const haproxy = await start([file], front, true)
    const old = await ask(front, 'before')
    config('f.cfg', moved)
    await haproxy.reload()
    expect((await ask(moved, 'after')).answer).toBe('after')
    await expect(ask(front, 'x')).rejects.toThrow()
    expect(haproxy.alive()).toBe(true)
    old.end()
    await haproxy.stop()
  })

  it('keeps the old configuration when the new one is refused', async () => {
    await echo()
    const haproxy = await start([config()], front, true)
    config('f.cfg', front, 'no-such-keyword 1')
    await expect(haproxy.reload()).rejects.toMatchObject({ code: 'MP-HAPROXY-CONFIG' })
    expect((await ask(front, 'still')).answer).toBe('still')
  })
})
