import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startHaproxy } from '../../../src/host/haproxy/running.js'
import { freePort } from '../../../src/host/net/ports.js'
import { endAll } from '../../../src/host/process/lifetime.js'
import { findProgram } from '../../../src/host/process/programs.js'
import { serveBroker } from '../../../src/host/server/server.js'
import { openListener } from '../../../src/mqtt-server/options.js'
import { genCerts } from '../../../src/stories/gen/certs.js'
import { changeCerts } from '../../../src/stories/gen/certs-later.js'

const folder = mkdtempSync(join(tmpdir(), 'mqtt-proxy-ca-'))
const certs = join(folder, 'certs')
const read = (path: string) => readFileSync(join(certs, path), 'utf8')
const none = { add: [], renew: [], revoke: [] }

beforeAll(async () => {
  await genCerts(certs, { keepCa: true, clientCns: ['alice'] }, { force: false, dryRun: false })
})
afterAll(async () => {
  await endAll()
  rmSync(folder, { recursive: true, force: true })
})

/** What becomes of a client of this name at HAProxy: `CONNACK 0`, or how TLS ended. */
async function tried(name: string, port: number): Promise<string> {
  const pair = { cert: read(`clients/${name}.crt`), key: read(`clients/${name}.key`) }
  const socket = connect({ port, host: '127.0.0.1', ca: read('server-ca.crt'), servername: 'localhost', ...pair })
  const id = Buffer.from(name)
  const rest = Buffer.concat([Buffer.from([0, 4, 77, 81, 84, 84, 4, 2, 0, 60, 0, id.length]), id])
  const ended = new Promise<string>((resolve) => {
    socket.once('data', (data: Buffer) => resolve(`CONNACK ${data[3]}`))
    socket.once('error', (error) => resolve(error.message))
    socket.once('close', () => resolve('closed'))
  })
  await Promise.race([once(socket, 'secureConnect'), ended])
  socket.write(Buffer.concat([Buffer.from([0x10, rest.length]), rest]))
  const result = await ended
  socket.destroy()
  return result
}

it('keeps the keys of the CAs apart and to their owner, from a set that lasts', () => {
  expect(readdirSync(join(certs, 'ca')).sort()).toEqual(['client-ca.key', 'server-ca.key'])
  for (const path of ['ca', 'ca/client-ca.key', 'ca/server-ca.key', 'clients/alice.key', 'haproxy/server.pem']) {
    expect(statSync(join(certs, path)).mode & 0o077, path).toBe(0)
  }
  const days = (path: string) => (Date.parse(new X509Certificate(read(path)).validTo) - Date.now()) / 86_400_000
  expect(days('clients/alice.crt')).toBeCloseTo(365, 0)
  expect(days('client-ca.crt')).toBeCloseTo(3650, 0)
})

it('lets HAProxy take clients that were added, and refuse those that were revoked', async () => {
  const before = read('clients/alice.crt')
  await changeCerts(certs, { ...none, add: ['bob', 'eve'] }, {}, false)
  await changeCerts(certs, { ...none, revoke: ['eve'] }, {}, false)
  await changeCerts(certs, { ...none, revoke: ['bob'] }, {}, false)
  expect(read('clients/alice.crt')).toBe(before)
  const eves = read('clients/eve.crt')
  await changeCerts(certs, { ...none, renew: ['bob', 'server'] }, {}, false)
  expect(read('clients/eve.crt')).toBe(eves)
  const broker = await serveBroker({ listeners: [openListener({ host: '127.0.0.1', port: 0 })] })
  const port = await freePort()
  const config = join(folder, 'haproxy.cfg')
  const bind = `ssl crt ${certs}/haproxy/ verify required ca-file ${certs}/client-ca.crt crl-file ${certs}/client-ca.crl`
  const [address] = broker.listeners
  const at = address !== undefined && 'port' in address ? address.port : 0
  writeFileSync(
    config,
    `defaults\n mode tcp\n timeout connect 5s\n timeout client 60s\n timeout server 60s\nfrontend f\n bind 127.0.0.1:${port} ${bind}\n default_backend b\nbackend b\n server s 127.0.0.1:${at}\n`,
  )
  const { program } = await findProgram('haproxy')
  const haproxy = await startHaproxy({ program, files: [config], folder, listeners: [{ host: '127.0.0.1', port }] })
  expect(await tried('alice', port)).toBe('CONNACK 0')
  expect(await tried('eve', port)).toMatch(/revoked/)
  // Renewed since: the old certificate is on the list, the new one is not.
  expect(await tried('bob', port)).toBe('CONNACK 0')
  await haproxy.stop()
  await broker.stop()
}, 60_000)

it('says what is missing, and writes nothing then', async () => {
  const bare = join(folder, 'bare')
  await genCerts(bare, {}, { force: false, dryRun: false })
  expect(existsSync(join(bare, 'ca'))).toBe(false)
  await expect(changeCerts(bare, { ...none, add: ['bob'] }, {}, false)).rejects.toMatchObject({ code: 'MP-CERTS-CA' })
  await expect(changeCerts(certs, { ...none, add: ['alice'] }, {}, false)).rejects.toMatchObject({
    code: 'MP-GEN-EXISTS',
  })
  await expect(changeCerts(certs, { ...none, revoke: ['nobody'] }, {}, false)).rejects.toMatchObject({
    code: 'MP-CERTS-NONE',
  })
  await expect(changeCerts(certs, { ...none, revoke: ['../x'] }, {}, false)).rejects.toMatchObject({
    code: 'MP-CERTS-NONE',
  })
  expect(readdirSync(join(bare, 'clients')).sort()).toEqual(['alice.crt', 'alice.key'])
})
