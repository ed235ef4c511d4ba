import { pbkdf2Sync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mosquittoDriver } from '../../src/host/brokers/mosquitto.js'
import { makeWorkdir, type Workdir } from '../../src/host/files/workdir.js'
import { startHaproxy } from '../../src/host/haproxy/haproxy.js'
import { freePorts } from '../../src/host/net/ports.js'
import { endAll } from '../../src/host/process/lifetime.js'
import { findProgram } from '../../src/host/process/programs.js'
import { checkedListeners, haproxyConfig, healthCases, mosquittoConfig } from './health-cases.js'

let folder: Workdir
let ports: Parameters<typeof mosquittoConfig>[0]

/** `dev`, as `mosquitto_passwd` writes it. */
function passwordLine(password: string): string {
  const salt = Buffer.alloc(12, 7)
  const hash = pbkdf2Sync(password, salt, 1000, 64, 'sha512')
  return `dev:$7$1000$${salt.toString('base64')}$${hash.toString('base64')}\n`
}

beforeAll(async () => {
  folder = await makeWorkdir('test')
  const free = await freePorts(checkedListeners.length)
  const numbered = checkedListeners.map((one, at) => [one, free[at] ?? 0] as const)
  ports = Object.fromEntries(numbered) as typeof ports
  const passwords = join(folder.path, 'passwords')
  writeFileSync(passwords, passwordLine('secret'), { mode: 0o600 })
  const configFile = join(folder.path, 'mosquitto.conf')
  writeFileSync(configFile, mosquittoConfig(ports, passwords))
  const { program } = await findProgram('mosquitto')
  const listeners = free.map((port) => ({ host: '127.0.0.1', port }))
  await mosquittoDriver(program).start({ configFile, folder: folder.path, listeners })
})

afterAll(endAll)

/** `show stat`: state and last result of every server. */
function states(socket: string): Promise<ReadonlyMap<string, { readonly state: string; readonly result: string }>> {
  return new Promise((resolve, reject) => {
    let text = ''
    const client = connect(socket, () => client.write('show stat\n'))
    client.on('data', (data) => {
      text += data.toString()
    })
    // The port is open before the socket of statistics is: asked again.
    client.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' || error.code === 'ECONNREFUSED' ? resolve(new Map()) : reject(error),
    )
    client.once('end', () => {
      const [head = '', ...rows] = text.split('\n').map((row) => row.split(','))
      const names = Array.isArray(head) ? head.map((one) => one.replace('# ', '')) : []
      const at = (row: readonly string[], name: string) => row[names.indexOf(name)] ?? ''
      const servers = rows.filter((row) => at(row, 'svname') === 's')
      resolve(
        new Map(
          servers.map((row) => [at(row, 'pxname'), { state: at(row, 'status'), result: at(row, 'check_status') }]),
        ),
      )
    })
  })
}

describe.each(['2.6', '3.2', '3.4'])('HAProxy %s', async (version) => {
  const { program } = await findProgram('haproxy', { chosen: version })

  it.each([undefined, 'pp2-never-send-local'] as const)('checks with %s', async (global) => {
    const cases = healthCases.filter((one) => one.global === global)
    const [front = 0] = await freePorts(1)
    const name = join(folder.path, `${version}-${global ?? 'local'}`)
    const frontend = `frontend front\n    bind 127.0.0.1:${front}\n    default_backend b0\n`
    writeFileSync(`${name}.cfg`, haproxyConfig(cases, ports, `    stats socket ${name}.sock\n`) + frontend)
    const listeners = [{ host: '127.0.0.1', port: front }]
    const haproxy = await startHaproxy({ program, files: [`${name}.cfg`], folder: folder.path, listeners })
    try {
      const wanted = cases.map((one) => `${one.name}: ${one.state}`)
      const deadline = performance.now() + 20_000
      let seen: string[] = []
      do {
        const found = await states(`${name}.sock`)
        seen = cases.map((one, at) => {
          const { state, result } = found.get(`b${at}`) ?? { state: 'missing', result: '' }
          // A server is UP before its first check as well.
          return `${one.name}: ${state === 'UP' && !/L[47]OK/.test(result) ? 'not checked' : state}`
        })
        if (seen.join() === wanted.join()) break
        await pause(100)
      } while (performance.now() < deadline)
      expect(seen).toEqual(wanted)
    } finally {
      await haproxy.stop()
    }
  })
})
